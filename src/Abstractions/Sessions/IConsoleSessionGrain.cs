using Platform.Abstractions.Idempotency;
using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Sessions;

/// <summary>A user's signed-in session, opened with a password and used as a bearer on the management API.</summary>
[GenerateSerializer, Alias("console-session-view"), Immutable]
public sealed record ConsoleSessionView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required TenantId Tenant { get; init; }
    [Id(2)] public required string Principal { get; init; }
    [Id(3)] public required string DisplayName { get; init; }

    /// <summary>What its user may do always, for display; <see cref="Rules"/> decide. Only the management of the own account while <see cref="SecondFactorNeeded"/>.</summary>
    [Id(4)] public required string[] Grants { get; init; }
    [Id(5)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The tenant it belongs to and is confined to; null for the platform's own users.</summary>
    [Id(6)] public string? TenantSlug { get; init; }

    /// <summary>True when the policy asks for a second factor that this session was opened without: its user must set one up first.</summary>
    [Id(7)] public bool SecondFactorNeeded { get; init; }

    /// <summary>How sure it is whose session this is: by what it was opened with.</summary>
    [Id(8)] public TrustLevel Trust { get; init; }

    /// <summary>What its user may do; conditions are judged for each request.</summary>
    [Id(9), JsonIgnore] public AccessRule[] Rules { get; init; } = [];

    /// <summary>What is denied of <see cref="Grants"/>. Only whoever reads the own session is told, of both what holds at that moment and from there.</summary>
    [Id(10)] public string[] Denials { get; init => field = value ?? []; } = [];
}

/// <summary>The one answer that carries a session's bearer.</summary>
[GenerateSerializer, Alias("console-session-opened"), Immutable]
public sealed record ConsoleSessionOpened([property: Id(0)] ConsoleSessionView Session, [property: Id(1), RevealedOnce] string Token);

/// <summary>One row of a list of sessions.</summary>
[GenerateSerializer, Alias("session-entry"), Immutable]
public sealed record SessionEntry
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Principal { get; init; }
    [Id(2)] public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Exact to a minute.</summary>
    [Id(3)] public required DateTimeOffset LastUsedAt { get; init; }
    [Id(4)] public required DateTimeOffset ExpiresAt { get; init; }
    [Id(5)] public string? Address { get; init; }
    [Id(6)] public string? Agent { get; init; }
    [Id(7)] public bool SecondFactor { get; init; }

    /// <summary>The session that asked for the list.</summary>
    [Id(8)] public bool Current { get; init; }
}

/// <summary>Key: <c>{tenant}/{session id}</c>. Absolute lifetime 12 h, idle 1 h.</summary>
[Alias("console-session")]
public interface IConsoleSessionGrain : IGrainWithStringKey
{
    /// <summary>Opens it for a principal who just proved itself; answers the bearer, this once. An id is never opened twice: nobody can be given a session that another knows.</summary>
    [Alias("open")]
    Task<Result<ConsoleSessionOpened>> OpenAsync(OpenConsoleSession command);

    /// <summary>Checks the bearer in constant time and renews the idle clock.</summary>
    [Alias("use")]
    Task<Result<ConsoleSessionView>> UseAsync(string token);

    /// <summary>As <see cref="UseAsync"/>, but nobody did anything: a stream that stays open keeps no session from going idle (AU-11).</summary>
    [Alias("judge")]
    Task<Result<ConsoleSessionView>> JudgeAsync(string token);

    /// <summary>What a list says of it; <c>not-found</c> once it is over.</summary>
    [Alias("describe")]
    Task<Result<SessionEntry>> DescribeAsync();

    /// <summary>Ends it for good; pushed to API nodes before it is acknowledged.</summary>
    [Alias("close")]
    Task CloseAsync();
}

/// <summary>The open sessions of a tenant's users, straight from storage. Key: <c>{tenant}</c>.</summary>
[Alias("session-list")]
public interface ISessionListGrain : IGrainWithStringKey
{
    /// <summary>By id, after <paramref name="after"/> when given; of one principal when it is named.</summary>
    [Alias("page")]
    Task<SessionEntry[]> PageAsync(string? principal, string? after, int pageSize);
}
