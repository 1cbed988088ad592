using System.Net;
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
}

/// <summary>Allow or deny, and what decided it.</summary>
/// <param name="Allowed">Whether it may.</param>
/// <param name="Rule">The grant or the deny that decided; absent when nothing allows it.</param>
/// <param name="Role">The role that the rule was assigned with.</param>
/// <param name="Group">The group through which the principal has the role.</param>
/// <param name="Reason">The same in words.</param>
public sealed record PermissionAnswer(bool Allowed, string? Rule, string? Role, string? Group, string Reason);

public sealed class TestPermissionsValidator : AbstractValidator<TestPermissions>
{
    public TestPermissionsValidator()
    {
        RuleFor(command => command.Principal).NotEmpty().MaximumLength(100);
        RuleFor(command => command.Area).NotEmpty().MaximumLength(64);
        RuleFor(command => command.Action).NotEmpty().MaximumLength(64);
        RuleFor(command => command.Target).MaximumLength(Permission.MaxLength);
        RuleFor(command => command.Address).Must(address => address is null || (address.Length <= 64 && IPAddress.TryParse(address, out _))).WithMessage("Write an IPv4 or IPv6 address.");
        RuleFor(command => command.TrustLevel).IsInEnum();
    }
}
