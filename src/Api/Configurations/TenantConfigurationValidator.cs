using FluentValidation;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Principals;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.Roles;

namespace Platform.Api.Configurations;

/// <summary>Each object by the validator of its own route; errors name the object too. A name that could not be one is not repeated.</summary>
internal sealed class TenantConfigurationValidator : AbstractValidator<TenantConfiguration>
{
    private const int MaxAlertRules = 100;

    private static readonly ReplaceRoleValidator Role = new();
    private static readonly PutAlertRuleValidator AlertRule = new();
    private static readonly SetRolesValidator Given = new();
    private static readonly RenamePrincipalValidator Renamed = new();

    public TenantConfigurationValidator()
    {
        RuleFor(document => document.RateLimits!).SetValidator(new RateLimitPolicyValidator()).When(document => document.RateLimits is not null);
        RuleFor(document => document.RateLimitPlan).Must(plan => plan?.Name is null || RateLimitPlan.IsName(plan.Name)).WithMessage("Name a plan.").OverridePropertyName("rateLimitPlan.name");
        RuleFor(document => document.Roles).Custom((roles, context) => Each("roles", roles, RoleRules.MaxRoles, FaultOfRole, (_, role) => Role.Validate(role).Errors, context));
        RuleFor(document => document.AlertRules).Custom((rules, context) => Each("alertRules", rules, MaxAlertRules, FaultOfAlertRule, (_, rule) => AlertRule.Validate(rule).Errors, context));
        RuleFor(document => document.Members).Custom((members, context) => Each("members", members, PrincipalRules.MaxPrincipals, FaultOfMember, FaultsOf, context));
    }

    private static void Each<T>(
        string section,
        IReadOnlyDictionary<string, T>? items,
        int most,
        Func<string, (bool IsName, string? Fault)> judge,
        Func<string, T, IEnumerable<FluentValidation.Results.ValidationFailure>> faults,
        ValidationContext<TenantConfiguration> context)
    {
        if (items?.Count > most)
        {
            context.AddFailure(section, $"At most {most} entries.");
            return;
        }

        foreach (var (name, item) in items ?? new Dictionary<string, T>(StringComparer.Ordinal))
        {
            var (isName, fault) = judge(name);
            if (fault is not null)
            {
                context.AddFailure(isName ? $"{section}.{name}" : section, fault);
            }
            else if (item is null)
            {
                context.AddFailure($"{section}.{name}", "Write an object, or leave the name out.");
            }
            else
            {
                foreach (var failure in faults(name, item))
                {
                    context.AddFailure($"{section}.{name}.{failure.PropertyName}", failure.ErrorMessage);
                }
            }
        }
    }

    private static (bool IsName, string? Fault) FaultOfRole(string name) =>
        !RoleRules.IsName(name) ? (false, "Names of roles have 1 to 64 lower-case letters, digits and hyphens, a letter first and no hyphen last.")
            : BuiltInRoles.All.ContainsKey(name) ? (true, "This role is built in and cannot be changed: leave it out.")
            : (true, null);

    private static (bool IsName, string? Fault) FaultOfAlertRule(string name) =>
        AlertRules.IsName(name) ? (true, null) : (false, "Names of alert rules have 1 to 64 lower-case letters, digits and hyphens, a letter first and no hyphen last.");

    private static (bool IsName, string? Fault) FaultOfMember(string id) =>
        ConfiguredMember.KindOf(id) is not null ? (true, null) : (false, "Name members by their ids: svc_, usr_, dev_ or grp_ and a name. Who comes from an identity provider has roles from there.");

    private static IEnumerable<FluentValidation.Results.ValidationFailure> FaultsOf(string id, ConfiguredMember member)
    {
        if (ConfiguredMember.KindOf(id) == PrincipalKind.Group && member.Groups is { Length: > 0 })
        {
            yield return new FluentValidation.Results.ValidationFailure("groups", "A group is in no group.");
        }

        foreach (var failure in Given.Validate(member.Given()).Errors.Concat(member.DisplayName is { } name ? Renamed.Validate(new RenamePrincipal(name)).Errors : []))
        {
            yield return failure;
        }
    }
}
