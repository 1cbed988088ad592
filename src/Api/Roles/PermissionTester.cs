using System.Net;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Roles;

/// <summary>Answers what a principal may do by the rules that requests are judged by, and changes nothing.</summary>
internal static class PermissionTester
{
    public static async Task<IResult> Test(RouteTenant owner, TestPermissions command, ManagementExchange exchange, TenantGrains grains, TimeProvider clock, CancellationToken cancel)
    {
        if (!owner.Id.Try(out var tenant, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var own = grains.For(tenant);
        if (!await own.The<IPrincipalIndexGrain>().ExistsAsync(command.Principal))
        {
            return Answer.Refused(Problem.NotFound("principal"));
        }

        exchange.Entry.Target = $"{exchange.Entry.Target}/{command.Principal}";
        if (!(await own.Get<IPrincipalGrain>(command.Principal).AccessAsync()).Try(out var access, out _))
        {
            return Results.Ok(new PermissionAnswer(Allowed: false, null, null, null, "It is blocked, a group, or a guest while guest access is off: it may do nothing.", Verdicts(PermissionSet.None, command, cancel)));
        }

        var context = new AccessContext(
            command.Time ?? clock.GetUtcNow(),
            command.Address is null ? null : IPAddress.Parse(command.Address),
            command.TrustLevel ?? TrustLevel.Low);
        var held = PermissionSet.Compile(new AccessPolicy(access.Rules, PermissionSet.Compile).Applying(context));
        var decision = held.Explain(command.Area, command.Action, command.Target);
        return Results.Ok(new PermissionAnswer(decision.Allowed, decision.Rule, decision.Role, decision.Group, Reason(decision, access.Rules, command), Verdicts(held, command, cancel)));
    }

    private static PermissionVerdict[]? Verdicts(PermissionSet held, TestPermissions command, CancellationToken cancel)
    {
        if (command.Permissions is null)
        {
            return null;
        }

        // Thousands of rules are gone through for each text: once, and while somebody waits.
        var known = command.Permissions.Distinct(StringComparer.Ordinal).ToDictionary(
            text => text,
            text =>
            {
                cancel.ThrowIfCancellationRequested();
                return Verdict(held, Permission.Parse(text));
            },
            StringComparer.Ordinal);
        return [.. command.Permissions.Select(text => known[text])];
    }

    private static PermissionVerdict Verdict(PermissionSet held, Permission permission)
    {
        var effect = held.AllowsAll(permission) ? PermissionEffect.Allowed : held.AllowsSome(permission) ? PermissionEffect.Partly : PermissionEffect.Denied;
        var rules = held.Deciding(permission, PermissionVerdict.MostRules + 1);
        return new PermissionVerdict(
            permission.Text, effect, [.. rules.Take(PermissionVerdict.MostRules).Select(rule => new PermissionRule(rule.Allowed, rule.Rule!, rule.Role, rule.Group))], rules.Count > PermissionVerdict.MostRules);
    }

    private static string Reason(AccessDecision decision, AccessRule[] rules, TestPermissions command)
    {
        if (decision.Rule is not null)
        {
            return $"'{decision.Rule}' of the role '{decision.Role}' {(decision.Allowed ? "allows" : "denies")} it.";
        }

        return Array.Find(rules, rule => PermissionSet.Compile(rule.Allow, rule.Deny).Allows(command.Area, command.Action, command.Target)) is { } elsewhere
            ? $"Nothing allows it here and now; the role '{elsewhere.Role}' would at another time or from elsewhere."
            : "Nothing allows it.";
    }
}
