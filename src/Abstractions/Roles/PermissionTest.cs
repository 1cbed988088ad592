using System.Net;
using System.Text.Json.Serialization;
using FluentValidation;
using Platform.Abstractions.Identity;

namespace Platform.Abstractions.Roles;

/// <summary>Asks what a principal may do, with its real roles, in a context that is made up.</summary>
public sealed record TestPermissions
{
    public required string Principal { get; init; }
    public required string Area { get; init; }
    public required string Action { get; init; }

    /// <summary>The canonical object, such as <c>public/report.md</c> or a tool's name; absent for operations that have none.</summary>
    public string? Target { get; init; }

    /// <summary>The client's address; unknown when absent, which satisfies no condition on addresses.</summary>
    public string? Address { get; init; }

    /// <summary>Now, when absent.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>That of an API key, when absent.</summary>
    public TrustLevel? TrustLevel { get; init; }

    /// <summary>Permissions that are judged as a whole beside it, at most 200, each <c>area:action[:object-pattern]</c>; none when absent.</summary>
    public string[]? Permissions { get; init; }
}

/// <summary>Allow or deny, and what decided it.</summary>
/// <param name="Allowed">Whether it may.</param>
/// <param name="Rule">The grant or the deny that decided; absent when nothing allows it.</param>
/// <param name="Role">The role that the rule was assigned with.</param>
/// <param name="Group">The group through which the principal has the role.</param>
/// <param name="Reason">The same in words.</param>
/// <param name="Permissions">What holds of each permission that was named beside it, in that order; absent when none was.</param>
public sealed record PermissionAnswer(bool Allowed, string? Rule, string? Role, string? Group, string Reason, PermissionVerdict[]? Permissions = null);

/// <summary>How much of a permission somebody has.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PermissionEffect>))]
public enum PermissionEffect
{
    /// <summary>None of it.</summary>
    [JsonStringEnumMemberName("denied")] Denied = 0,

    /// <summary>Some objects of it.</summary>
    [JsonStringEnumMemberName("partly")] Partly = 1,

    /// <summary>All of it.</summary>
    [JsonStringEnumMemberName("allowed")] Allowed = 2,
}

/// <summary>What holds of a permission as a whole.</summary>
/// <param name="Permission">As it was named.</param>
/// <param name="Effect">How much of it the principal has.</param>
/// <param name="Rules">The one rule that settles it, else those that have a part in it, denials first, at most 20; none when nothing allows it.</param>
/// <param name="More">Whether there are more such rules.</param>
public sealed record PermissionVerdict(string Permission, PermissionEffect Effect, PermissionRule[] Rules, bool More)
{
    /// <summary>Most rules that are told of one permission.</summary>
    public const int MostRules = 20;
}

/// <summary>A grant or a deny, and whence the principal has it.</summary>
/// <param name="Allows">False for a deny.</param>
/// <param name="Rule">Its text.</param>
/// <param name="Role">The role that the rule was assigned with.</param>
/// <param name="Group">The group through which the principal has the role.</param>
public sealed record PermissionRule(bool Allows, string Rule, string? Role, string? Group);

public sealed class TestPermissionsValidator : AbstractValidator<TestPermissions>
{
    private const int MaxPermissions = 200;

    public TestPermissionsValidator()
    {
        RuleFor(command => command.Principal).NotEmpty().MaximumLength(100);
        RuleFor(command => command.Area).NotEmpty().MaximumLength(64);
        RuleFor(command => command.Action).NotEmpty().MaximumLength(64);
        RuleFor(command => command.Target).MaximumLength(Permission.MaxLength);
        RuleFor(command => command.Address).Must(address => address is null || (address.Length <= 64 && IPAddress.TryParse(address, out _))).WithMessage("Write an IPv4 or IPv6 address.");
        RuleFor(command => command.TrustLevel).IsInEnum();
        RuleFor(command => command.Permissions).Grants(MaxPermissions);
    }
}
