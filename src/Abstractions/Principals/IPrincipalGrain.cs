using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Principals;

/// <summary>A program, which has keys, or a person, who has a password.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PrincipalKind>))]
public enum PrincipalKind
{
    [JsonStringEnumMemberName("service")] Service = 0,
    [JsonStringEnumMemberName("user")] User = 1,
}

/// <summary>A principal without anything that proves who it is.</summary>
[GenerateSerializer, Alias("principal-view"), Immutable]
public sealed record PrincipalView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required PrincipalKind Kind { get; init; }
    [Id(2)] public required string DisplayName { get; init; }
    [Id(3)] public required string[] Roles { get; init; }
    [Id(4)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(5)] public bool Blocked { get; init; }
}

/// <summary>Creates a user or a service with roles of its tenant.</summary>
[GenerateSerializer, Alias("create-principal"), Immutable]
public sealed record CreatePrincipal(
    [property: Id(0)] PrincipalKind Kind,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] string[] Roles);

/// <summary>A user or a service. Key: <c>{tenant}/{id}</c>.</summary>
[Alias("principal")]
public interface IPrincipalGrain : IGrainWithStringKey
{
    /// <summary>Creates it; repeated, it answers what exists.</summary>
    [Alias("create")]
    Task<Result<PrincipalView>> CreateAsync(CreatePrincipal command, Caller caller);

    [Alias("get")]
    Task<Result<PrincipalView>> GetAsync();

    /// <summary>What proved who it was before logins had grains of their own (CHANGELOG, Logins); null when nothing is left to take over.</summary>
    [Alias("former-login")]
    Task<FormerLogin?> FormerLoginAsync();

    /// <summary>The login holds it now: it is wiped here.</summary>
    [Alias("forget-former-login")]
    Task ForgetFormerLoginAsync();
}

/// <summary>The two secrets that a principal's own state held once.</summary>
[GenerateSerializer, Alias("former-login"), Immutable]
public sealed record FormerLogin([property: Id(0)] byte[]? BootstrapHash, [property: Id(1)] string? PasswordHash);
