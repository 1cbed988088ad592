using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Sessions;

/// <summary>An operator's signed-in session, opened with a password and used as a bearer on the management API.</summary>
[GenerateSerializer, Alias("console-session-view"), Immutable]
public sealed record ConsoleSessionView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required TenantId Tenant { get; init; }
    [Id(2)] public required string Principal { get; init; }
    [Id(3)] public required string DisplayName { get; init; }

    /// <summary>For display; <see cref="Rules"/> decide.</summary>
    [Id(4)] public required string[] Grants { get; init; }
    [Id(5)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What its owner may do; conditions are judged for each request.</summary>
    [Id(6), JsonIgnore] public AccessRule[] Rules { get; init; } = [];
}

/// <summary>The one answer that carries a session's bearer.</summary>
[GenerateSerializer, Alias("console-session-opened"), Immutable]
public sealed record ConsoleSessionOpened([property: Id(0)] ConsoleSessionView Session, [property: Id(1)] string Token);

/// <summary>Key: <c>_sys/{session id}</c>. Absolute lifetime 12 h, idle 1 h.</summary>
[Alias("console-session")]
public interface IConsoleSessionGrain : IGrainWithStringKey
{
    /// <summary>Opens it for a principal whose password was just verified; answers the bearer, this once.</summary>
    [Alias("open")]
    Task<Result<ConsoleSessionOpened>> OpenAsync(string principal);

    /// <summary>Checks the bearer in constant time and renews the idle clock.</summary>
    [Alias("use")]
    Task<Result<ConsoleSessionView>> UseAsync(string token);

    [Alias("close")]
    Task CloseAsync();
}
