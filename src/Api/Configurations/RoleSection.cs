using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;

namespace Platform.Api.Configurations;

/// <summary>Roles of the tenant's own, and whether guests are let in.</summary>
internal sealed class RoleSection(TenantGrains grains)
{
    /// <summary>Roles that others inherit come first.</summary>
    public IEnumerable<PlannedChange> Set(ConfigurationRequest request)
    {
        if (request.Wanted.Roles is { } wanted)
        {
            var known = Own(request);
            foreach (var name in InOrder(wanted))
            {
                yield return Set(request, name, known.TryGetValue(name, out var view) ? ConfigurationSnapshot.Of(view) : null, Whole(wanted[name]));
            }
        }

        if (request.Wanted.GuestAccess is { } guests)
        {
            yield return PlannedChange.Between(ConfigurationKind.GuestAccess, null, request.Now.GuestAccess, guests, _ =>
                [new ChangeStep("guest-access/set", async () => (await Book(request).SetGuestAccessAsync(guests, request.Now.GuestAccess!, request.Author)).Problem)]);
        }
    }

    /// <summary>Roles that inherit go before those that they inherit.</summary>
    public IEnumerable<PlannedChange> Prune(ConfigurationRequest request)
    {
        if (request.Wanted.Roles is not { } wanted || !request.Prune)
        {
            yield break;
        }

        var known = Own(request).ToDictionary(role => role.Key, role => ConfigurationSnapshot.Of(role.Value), StringComparer.Ordinal);
        foreach (var name in InOrder(known).AsEnumerable().Reverse().Where(name => !wanted.ContainsKey(name)))
        {
            yield return PlannedChange.Between(ConfigurationKind.Role, name, known[name], null, _ =>
                [new ChangeStep("roles/delete", () => Book(request).DeleteAsync(name, null, request.Author.Caller))]);
        }
    }

    /// <summary>What roles would give then, and why some would be refused.</summary>
    public async Task<RoleTrialResult> TryAsync(ConfigurationRequest request, IReadOnlyList<PlannedChange> changes, ConfigurationFaults faults)
    {
        var tried = await Book(request).TryAsync(
            new RoleTrial
            {
                Put = [.. changes.Where(change => change is { Kind: ConfigurationKind.Role, Action: ConfigurationAction.Create or ConfigurationAction.Update })
                    .Select(change => new RoleDraft(change.Name!, Whole(request.Wanted.Roles![change.Name!])))],
                GuestAccess = changes.Any(change => change is { Kind: ConfigurationKind.GuestAccess, Steps.Count: > 0 }) ? request.Wanted.GuestAccess : null,
                Delete = Deleted(changes),
            },
            request.Author);
        faults.Add("roles", tried.Faults);
        faults.Add("guestAccess", tried.GuestAccess);
        return tried;
    }

    public static string[] Deleted(IEnumerable<PlannedChange> changes) =>
        [.. changes.Where(change => change is { Kind: ConfigurationKind.Role, Action: ConfigurationAction.Delete }).Select(change => change.Name!)];

    private PlannedChange Set(ConfigurationRequest request, string name, ReplaceRole? before, ReplaceRole after) =>
        PlannedChange.Between(ConfigurationKind.Role, name, before, after, _ => before is null
            ? [new ChangeStep("roles/create", async () => (await Book(request).CreateAsync(
                new CreateRole { Name = name, Description = after.Description, Allow = after.Allow, Deny = after.Deny, Inherits = after.Inherits }, request.Author)).Problem)]
            : [new ChangeStep("roles/replace", async () => (await Book(request).ReplaceAsync(name, after, null, request.Author)).Problem)]);

    private IRoleBookGrain Book(ConfigurationRequest request) => grains.For(request.Tenant).The<IRoleBookGrain>();

    private static Dictionary<string, RoleView> Own(ConfigurationRequest request) =>
        request.Now.Roles!.Where(role => !role.BuiltIn).ToDictionary(role => role.Name, StringComparer.Ordinal);

    private static ReplaceRole Whole(ReplaceRole role) =>
        new() { Description = role.Description ?? "", Allow = role.Allow ?? [], Deny = role.Deny ?? [], Inherits = role.Inherits ?? [] };

    /// <summary>Each after those that it inherits, as far as they are among them. A circle ends where it began: the role book refuses it.</summary>
    private static List<string> InOrder(IReadOnlyDictionary<string, ReplaceRole> roles)
    {
        List<string> order = [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<(string Name, bool IsDone)>(roles.Keys.Order(StringComparer.Ordinal).Reverse().Select(name => (name, false)));
        while (next.TryPop(out var role))
        {
            if (role.IsDone)
            {
                order.Add(role.Name);
            }
            else if (roles.TryGetValue(role.Name, out var body) && seen.Add(role.Name))
            {
                next.Push((role.Name, true));
                foreach (var inherited in body.Inherits ?? [])
                {
                    next.Push((inherited, false));
                }
            }
        }

        return order;
    }
}
