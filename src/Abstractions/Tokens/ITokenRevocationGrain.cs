using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Tokens;

/// <summary>What a revocation names.</summary>
public enum RevokedKind
{
    /// <summary>One token, by its <c>jti</c>.</summary>
    Token = 0,

    /// <summary>Every token of a chain of refresh tokens.</summary>
    Family = 1,

    /// <summary>Every token of a principal that was issued before the revocation.</summary>
    Principal = 2,

    /// <summary>Every token that a client was given before the revocation; by <see cref="TokenRevocation.ClientKey"/>, because a client's id can be a long URL.</summary>
    Client = 3,

    /// <summary>Every token of the tenant that was issued before the revocation; its id is <see cref="TokenRevocation.Everything"/>.</summary>
    Tenant = 4,
}

/// <summary>Access tokens that are not good any more although their time is not over.</summary>
/// <param name="Kind">What is named.</param>
/// <param name="Id">The <c>jti</c>, the family or the principal; 1 to 128 characters.</param>
/// <param name="At">When; of a principal's or a client's tokens, those issued later are good.</param>
[GenerateSerializer, Alias("token-revocation"), Immutable]
public sealed record TokenRevocation([property: Id(0)] RevokedKind Kind, [property: Id(1)] string Id, [property: Id(2)] DateTimeOffset At)
{
    /// <summary>What a revocation of all tokens has for an id.</summary>
    public const string Everything = "*";

    /// <summary>What names a client here: SHA-256 of its id, hex.</summary>
    public static string ClientKey(string clientId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(clientId)));
}

/// <summary>A tenant's revoked access tokens, each kept for the longest life of a token. Key: <c>{tenant}</c>.</summary>
[Alias("token-revocations")]
public interface ITokenRevocationGrain : IGrainWithStringKey
{
    /// <summary>Revokes, durably, and tells every node before it answers. <c>quota-exceeded</c> when it cannot be kept: then nothing was revoked, and the caller must fail.</summary>
    [Alias("revoke")]
    Task<Problem?> RevokeAsync(RevokedKind kind, string id, Caller caller);

    /// <summary>All that may still matter.</summary>
    [Alias("list")]
    Task<TokenRevocation[]> ListAsync();
}
