using FluentValidation;
using Platform.Abstractions.Identity;

namespace Platform.Abstractions.Roles;

/// <summary>Creates a role of a tenant's own.</summary>
[GenerateSerializer, Alias("create-role"), Immutable]
public sealed record CreateRole
{
    /// <summary>1 to 64 lower-case letters, digits and hyphens, a letter first; cannot be changed.</summary>
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public string? Description { get; init; }
    [Id(2)] public string[]? Allow { get; init; }
    [Id(3)] public string[]? Deny { get; init; }
    [Id(4)] public string[]? Inherits { get; init; }
}

/// <summary>Replaces all of a role but its name. What is left out is empty.</summary>
[GenerateSerializer, Alias("replace-role"), Immutable]
public sealed record ReplaceRole
{
    [Id(0)] public string? Description { get; init; }
    [Id(1)] public string[]? Allow { get; init; }
    [Id(2)] public string[]? Deny { get; init; }
    [Id(3)] public string[]? Inherits { get; init; }
}

/// <summary>What a role may be.</summary>
public static class RoleRules
{
    public const int MaxRoles = 200;
    public const int MaxGrants = 100;
    public const int MaxInherited = 10;

    /// <summary>Roles on the longest way from a role to one that inherits nothing, both counted.</summary>
    public const int MaxDepth = 8;

    /// <summary>Permissions and denials of a role with all that it inherits.</summary>
    public const int MaxCompiled = 1_000;

    /// <summary>Characters of all permissions and denials of a tenant's own roles together.</summary>
    public const int MaxText = 200_000;

    public static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 64 || !char.IsAsciiLetterLower(text[0]) || text[^1] == '-')
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    internal static void Description<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || (text.Length <= 500 && !text.Any(char.IsControl))).WithMessage("Use at most 500 characters without control characters.");

    internal static void Grants<T>(this IRuleBuilder<T, string[]?> rule, int most = MaxGrants) => rule
        .Must(grants => grants is null || grants.Length <= most).WithMessage($"At most {most} permissions.")
        .Must(grants => grants is null || grants.Length > most || grants.All(grant => Permission.TryParse(grant, out _)))
        .WithMessage("Write each as area:action[:object-pattern]; a wildcard is a whole action, a whole pattern, or a trailing /*.")
        .Must(grants => FirstUnknown(grants, most) is null).WithMessage((_, grants) => KnownPermissions.Advice(FirstUnknown(grants, most)!));

    private static Permission? FirstUnknown(string[]? grants, int most) =>
        grants?.Take(most).Select(grant => Permission.TryParse(grant, out var permission) && !KnownPermissions.Has(permission) ? permission : null).FirstOrDefault(unknown => unknown is not null);

    internal static void Inherits<T>(this IRuleBuilder<T, string[]?> rule) => rule
        .Must(roles => roles is null || (roles.Length <= MaxInherited && roles.All(role => IsName(role)) && roles.Distinct(StringComparer.Ordinal).Count() == roles.Length))
        .WithMessage($"Name at most {MaxInherited} roles, each once.");
}

public sealed class CreateRoleValidator : AbstractValidator<CreateRole>
{
    public CreateRoleValidator()
    {
        RuleFor(command => command.Name).Must(name => RoleRules.IsName(name)).WithMessage("Use 1 to 64 lower-case letters, digits and hyphens, a letter first and no hyphen last.");
        RuleFor(command => command.Description).Description();
        RuleFor(command => command.Allow).Grants();
        RuleFor(command => command.Deny).Grants();
        RuleFor(command => command.Inherits).Inherits();
    }
}

public sealed class ReplaceRoleValidator : AbstractValidator<ReplaceRole>
{
    public ReplaceRoleValidator()
    {
        RuleFor(command => command.Description).Description();
        RuleFor(command => command.Allow).Grants();
        RuleFor(command => command.Deny).Grants();
        RuleFor(command => command.Inherits).Inherits();
    }
}
