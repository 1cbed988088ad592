using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>
/// What a client signs to prove who it is (<c>private_key_jwt</c>, RFC 7523): with a key that is registered, once, and not for long. OpenIddict then compares issuer, subject and audience. Its own handler
/// takes only one type of header, which hardly a client writes yet.
/// </summary>
internal sealed class ReadAssertion(OAuthTenant tenant, IOpenIddictApplicationManager applications, TenantGrains grains, TimeProvider clock) : IOpenIddictServerHandler<ValidateTokenContext>
{
    private const int MaxLength = 4_096;

    /// <summary>Longest from now to an assertion's end.</summary>
    private static readonly TimeSpan MaxLife = TimeSpan.FromMinutes(10);

    private static readonly string[] Types = ["JWT", "client-authentication+jwt"];

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
        .UseScopedHandler<ReadAssertion>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateIdentityModelToken.Descriptor.Order - 550)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is not null || !context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.ClientAssertion))
        {
            return;
        }

        context.Principal = await ReadAsync(context);
        if (context.Principal is null)
        {
            context.Reject(Errors.InvalidClient, "The client assertion is not valid.");
        }
    }

    private async ValueTask<ClaimsPrincipal?> ReadAsync(ValidateTokenContext context)
    {
        var handler = context.SecurityTokenHandler;
        if (context.Token is not { Length: > 0 and <= MaxLength } text || !handler.CanReadToken(text))
        {
            return null;
        }

        // Whose it says it is, to find the keys; its signature decides.
        var said = handler.ReadJsonWebToken(text);
        if (said.Issuer is not { Length: > 0 and <= 2_048 } issuer || said.Typ is { } type && !Types.Contains(type, StringComparer.OrdinalIgnoreCase)
            || await applications.FindByClientIdAsync(issuer, context.CancellationToken) is not { } client
            || await applications.GetJsonWebKeySetAsync(client, context.CancellationToken) is not { } keys)
        {
            return null;
        }

        var result = await handler.ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireSignedTokens = true,
            ValidAlgorithms = [SigningAlgorithm.Rs256, SigningAlgorithm.Ps256, SigningAlgorithm.Es256],
            IssuerSigningKeys = keys.GetSigningKeys(),
            TryAllIssuerSigningKeys = keys.Keys.Count == 1,
        });
        return result.IsValid && result.SecurityToken is JsonWebToken { Id: { Length: > 0 } id } token && await IsFirstAsync(issuer, id, token.ValidTo)
            ? new ClaimsPrincipal(result.ClaimsIdentity).SetTokenType(TokenTypeIdentifiers.Private.ClientAssertion)
            : null;
    }

    // RFC 7523, section 3: an assertion has an end, and whoever saw one must not use it again before that.
    private async ValueTask<bool> IsFirstAsync(string client, string id, DateTime end)
    {
        var now = clock.GetUtcNow();
        var until = new DateTimeOffset(DateTime.SpecifyKind(end, DateTimeKind.Utc));
        if (until <= now || until > now + MaxLife)
        {
            return false;
        }

        var name = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{client}\n{id}")));
        return await grains.For(tenant.Id).Get<ISingleUseGrain>($"client-assertion/{name}").TakeAsync(until);
    }
}
