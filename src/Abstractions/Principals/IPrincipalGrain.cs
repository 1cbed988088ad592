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

    /// <summary>What it may do now; <c>unauthenticated</c> when it does not exist, is blocked, or is nobody who could ask, as a group.</summary>
    [Alias("access")]
    Task<Result<PrincipalAccess>> AccessAsync();

    /// <summary>Issues the secret that sets the first password, once. Refused when a password is set.</summary>
    [Alias("issue-bootstrap")]
    Task<Result<string>> IssueBootstrapAsync(Caller caller);

    /// <summary>Uses the bootstrap secret up and sets the password. A wrong, used or absent secret is <c>unauthenticated</c>.</summary>
    [Alias("set-first-password")]
    Task<Problem?> SetFirstPasswordAsync(string bootstrapSecret, string password);

    /// <summary>Checks a password; rehashes it when its parameters are old. The answer tells nothing about why it failed.</summary>
    [Alias("verify-password")]
    Task<Problem?> VerifyPasswordAsync(string password);

    /// <summary>True once a password is set, so that start-up can tell the operator what to do next.</summary>
    [Alias("has-password")]
    Task<bool> HasPasswordAsync();
}
