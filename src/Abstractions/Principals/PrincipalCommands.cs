using FluentValidation;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Roles;

namespace Platform.Abstractions.Principals;

/// <summary>Creates a principal for the platform itself, such as that of a new key. Whoever calls has decided that its roles may be given.</summary>
[GenerateSerializer, Alias("create-principal"), Immutable]
public sealed record CreatePrincipal(
    [property: Id(0)] PrincipalKind Kind,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] string[] Roles);

/// <summary>Creates a principal of a tenant.</summary>
[GenerateSerializer, Alias("add-principal"), Immutable]
public sealed record AddPrincipal
{
    [Id(0)] public required PrincipalKind Kind { get; init; }

    /// <summary>The part of the id after its prefix; for a user, the name to sign in with. Made up when absent.</summary>
    [Id(1)] public string? Name { get; init; }

    /// <summary>Name for people, 1 to 100 characters.</summary>
    [Id(2)] public required string DisplayName { get; init; }
    [Id(3)] public string[]? Roles { get; init; }
    [Id(4)] public ConditionalRole[]? ConditionalRoles { get; init; }
    [Id(5)] public string[]? Groups { get; init; }
}

/// <summary>Somebody whom a trusted provider has just named. What the rules give replaces what they gave before.</summary>
/// <param name="Provider">The provider's id: without it in the tenant's book the principal has nothing.</param>
/// <param name="DisplayName">1 to 100 characters.</param>
/// <param name="Roles">As the provider's rules give them now.</param>
/// <param name="RulesVersion">Of the rules that gave them: once there are others the principal has nothing until it is admitted anew.</param>
[GenerateSerializer, Alias("admit-principal"), Immutable]
public sealed record AdmitPrincipal([property: Id(0)] string Provider, [property: Id(1)] string DisplayName, [property: Id(2)] string[] Roles, [property: Id(3)] long RulesVersion = 0);

/// <summary>Replaces the roles and groups of a principal. What is left out is none.</summary>
[GenerateSerializer, Alias("set-roles"), Immutable]
public sealed record SetRoles
{
    [Id(0)] public required string[] Roles { get; init; }
    [Id(1)] public ConditionalRole[]? ConditionalRoles { get; init; }
    [Id(2)] public string[]? Groups { get; init; }

    /// <summary>The version that is changed; null for whichever there is.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    [Id(3)] public long? Version { get; init; }
}

/// <summary>Gives a principal another name for people.</summary>
[GenerateSerializer, Alias("rename-principal"), Immutable]
public sealed record RenamePrincipal([property: Id(0)] string DisplayName)
{
    /// <inheritdoc cref="SetRoles.Version"/>
    [System.Text.Json.Serialization.JsonIgnore]
    [Id(1)] public long? Version { get; init; }
}

/// <summary>Ends all that a principal may do; effective everywhere within 5 s.</summary>
[GenerateSerializer, Alias("block-principal"), Immutable]
public sealed record BlockPrincipal
{
    /// <summary>Shown to administrators, at most 500 characters.</summary>
    [Id(0)] public string? Reason { get; init; }
}

/// <summary>Gives a role for a while.</summary>
[GenerateSerializer, Alias("elevate-principal"), Immutable]
public sealed record ElevatePrincipal
{
    [Id(0)] public required string Role { get; init; }

    /// <summary>1 to 1440: a day at most.</summary>
    [Id(1)] public required int Minutes { get; init; }

    /// <summary>10 to 500 characters.</summary>
    [Id(2)] public required string Justification { get; init; }
}

/// <summary>What a principal may have.</summary>
public static class PrincipalRules
{
    public const int MaxPrincipals = 10_000;
    public const int MaxRoles = 10;
    public const int MaxGroups = 10;

    /// <summary>Elevations at the same time.</summary>
    public const int MaxElevations = 5;

    /// <summary>Elevations that are remembered.</summary>
    public const int MaxRemembered = 20;

    internal static void DisplayName<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(name => name is not null && name.Trim().Length is > 0 and <= 100 && !name.Any(char.IsControl)).WithMessage("Use 1 to 100 characters without control characters.");

    internal static void Roles<T>(this IRuleBuilder<T, string[]?> rule) => rule
        .Must(roles => roles is null || (roles.Length <= MaxRoles && roles.All(role => RoleRules.IsName(role)) && roles.Distinct(StringComparer.Ordinal).Count() == roles.Length))
        .WithMessage($"Name at most {MaxRoles} roles, each once.");

    internal static void ConditionalRoles<T>(this IRuleBuilder<T, ConditionalRole[]?> rule) => rule
        .Must(roles => roles is null || (roles.Length <= MaxRoles && roles.All(role => role is { Condition: not null } && RoleRules.IsName(role.Role)))).WithMessage($"Name at most {MaxRoles} roles, each with its condition.")
        .Custom((roles, context) =>
        {
            if (roles is { Length: <= MaxRoles } && roles.Where(role => role?.Condition is not null).Select(role => AccessConditionValidator.FaultOf(role.Condition)).FirstOrDefault(text => text is not null) is { } fault)
            {
                context.AddFailure(fault);
            }
        });

    internal static void Groups<T>(this IRuleBuilder<T, string[]?> rule) => rule
        .Must(groups => groups is null || (groups.Length <= MaxGroups && groups.Distinct(StringComparer.Ordinal).Count() == groups.Length
            && groups.All(group => group is not null && group.StartsWith("grp_", StringComparison.Ordinal) && PrincipalId.IsName(group.AsSpan(4)))))
        .WithMessage($"Name at most {MaxGroups} groups by their ids, each once.");
}

public sealed class AddPrincipalValidator : AbstractValidator<AddPrincipal>
{
    public AddPrincipalValidator()
    {
        RuleFor(command => command.Kind).IsInEnum();
        RuleFor(command => command.Name).Must(name => name is null || PrincipalId.IsName(name)).WithMessage("Use 1 to 64 lower-case letters, digits, dots, hyphens and underscores.");
        RuleFor(command => command.DisplayName).DisplayName();
        RuleFor(command => command.Roles).Roles();
        RuleFor(command => command.ConditionalRoles).ConditionalRoles();
        RuleFor(command => command.Groups).Groups();
        RuleFor(command => command.Groups).Must((command, groups) => command.Kind != PrincipalKind.Group || groups is null or []).WithMessage("A group is in no group.");
    }
}

public sealed class SetRolesValidator : AbstractValidator<SetRoles>
{
    public SetRolesValidator()
    {
        RuleFor(command => command.Roles).Roles();
        RuleFor(command => command.ConditionalRoles).ConditionalRoles();
        RuleFor(command => command.Groups).Groups();
    }
}

public sealed class RenamePrincipalValidator : AbstractValidator<RenamePrincipal>
{
    public RenamePrincipalValidator() => RuleFor(command => command.DisplayName).DisplayName();
}

public sealed class BlockPrincipalValidator : AbstractValidator<BlockPrincipal>
{
    public BlockPrincipalValidator() => RuleFor(command => command.Reason).MaximumLength(500);
}

public sealed class ElevatePrincipalValidator : AbstractValidator<ElevatePrincipal>
{
    public ElevatePrincipalValidator()
    {
        RuleFor(command => command.Role).Must(role => RoleRules.IsName(role)).WithMessage("Name a role.");
        RuleFor(command => command.Minutes).InclusiveBetween(1, 24 * 60);
        RuleFor(command => command.Justification).Must(text => text is not null && text.Trim().Length is >= 10 and <= 500 && !text.Any(char.IsControl))
            .WithMessage("Say why in 10 to 500 characters without control characters.");
    }
}
