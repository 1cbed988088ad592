using Platform.Abstractions.Principals;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;

namespace Platform.Api.Configurations;

/// <summary>Principals and what they are given. None is ever deleted: an id is not given out twice.</summary>
internal sealed class MemberSection(TenantGrains grains)
{
    private const string Renaming = "principals/rename";

    /// <summary>Groups first: others may be in them. Then who is to be an admin: only with another one there may the last be one no more.</summary>
    public IEnumerable<PlannedChange> Set(ConfigurationRequest request)
    {
        if (request.Wanted.Members is not { } wanted)
        {
            yield break;
        }

        var known = request.Now.Members!.ToDictionary(member => member.Id, StringComparer.Ordinal);
        foreach (var (id, member) in wanted.OrderBy(member => ConfiguredMember.KindOf(member.Key) == PrincipalKind.Group ? 0 : 1)
            .ThenBy(member => member.Value.Roles.Contains(BuiltInRoles.Admin, StringComparer.Ordinal) ? 0 : 1).ThenBy(member => member.Key, StringComparer.Ordinal))
        {
            yield return known.TryGetValue(id, out var view) ? Change(request, id, ConfiguredMember.Of(view), Whole(member, view.DisplayName)) : Add(request, id, Whole(member, id[4..]));
        }

        if (!request.Prune)
        {
            yield break;
        }

        foreach (var view in request.Now.Members!.Where(member => ConfiguredMember.KindOf(member.Id) is not null && !wanted.ContainsKey(member.Id) && !IsAuthor(request, member)))
        {
            // Where there is nothing to take away, nothing is said.
            if (Change(request, view.Id, ConfiguredMember.Of(view), new ConfiguredMember { DisplayName = view.DisplayName, Roles = [], ConditionalRoles = [], Groups = [] }) is { Steps.Count: > 0 } stripped)
            {
                yield return stripped;
            }
        }
    }

    /// <summary>Roles that go are asked for here too: who still has one afterwards is known by who has what then.</summary>
    public async Task TryAsync(ConfigurationRequest request, IReadOnlyList<PlannedChange> changes, RoleTrialResult roles, ConfigurationFaults faults)
    {
        MemberDraft[] drafts = [.. changes.Where(change => change.Kind == ConfigurationKind.Member && change.Steps.Any(step => step.Operation != Renaming))
            .Select(change => new MemberDraft(change.Name!, ConfiguredMember.KindOf(change.Name!)!.Value, Given(request, change.Name!)))];
        var deleted = RoleSection.Deleted(changes);
        if (drafts.Length + deleted.Length == 0)
        {
            return;
        }

        var tried = await Index(request).TryAsync(
            new MemberTrial { Put = drafts, Rules = roles.Rules, Unmade = roles.Unmade, Deleted = deleted },
            request.Author);
        faults.Add("members", tried.Members);
        faults.Add("roles", tried.Roles);
    }

    /// <summary>Whom the document does not name has nothing.</summary>
    private static SetRoles Given(ConfigurationRequest request, string id) =>
        request.Wanted.Members!.TryGetValue(id, out var wanted) ? Whole(wanted, "").Given() : new SetRoles { Roles = [], ConditionalRoles = [], Groups = [] };

    private PlannedChange Add(ConfigurationRequest request, string id, ConfiguredMember after) => PlannedChange.Between(ConfigurationKind.Member, id, null, after, _ =>
        [new ChangeStep("principals/add", async () => (await Index(request).AddAsync(
            new AddPrincipal
            {
                Kind = ConfiguredMember.KindOf(id)!.Value,
                Name = id[4..],
                DisplayName = after.DisplayName!,
                Roles = after.Roles,
                ConditionalRoles = after.ConditionalRoles,
                Groups = after.Groups,
            },
            request.Author)).Problem)]);

    private PlannedChange Change(ConfigurationRequest request, string id, ConfiguredMember before, ConfiguredMember after) => PlannedChange.Between(ConfigurationKind.Member, id, before, after, fields =>
    {
        List<ChangeStep> steps = [];
        if (fields.Keys.Any(field => field is not "displayName"))
        {
            steps.Add(new ChangeStep("principals/set-roles", async () => (await Index(request).SetRolesAsync(id, after.Given(), request.Author)).Problem));
        }

        if (fields.ContainsKey("displayName"))
        {
            steps.Add(new ChangeStep(Renaming, async () =>
                (await grains.For(request.Tenant).Get<IPrincipalGrain>(id).RenameAsync(new RenamePrincipal(after.DisplayName!), request.Author.Caller)).Problem, Tells: false));
        }

        return steps;
    });

    private IPrincipalIndexGrain Index(ConfigurationRequest request) => grains.For(request.Tenant).The<IPrincipalIndexGrain>();

    /// <summary>Who forgot to name themselves must not shut themselves out by it.</summary>
    private static bool IsAuthor(ConfigurationRequest request, PrincipalView member) =>
        request.Author.Caller.Tenant == request.Tenant && string.Equals(request.Author.Caller.Principal, member.Id, StringComparison.Ordinal);

    private static ConfiguredMember Whole(ConfiguredMember member, string called) =>
        member with { DisplayName = member.DisplayName?.Trim() ?? called, ConditionalRoles = member.ConditionalRoles ?? [], Groups = member.Groups ?? [] };
}
