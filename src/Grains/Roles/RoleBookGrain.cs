using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Roles;

public sealed record RoleBookState
{
    public RoleDefinition[] Roles { get; init; } = [];

    /// <summary>Off until somebody turns it on.</summary>
    public bool GuestAccess { get; init; }
}

[GrainType("role-book")]
internal sealed class RoleBookGrain(
    [PersistentState("roles")] IPersistentState<RoleBookState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, IRoleBookGrain
{
    // What is on disk: rules are asked for while a change is being written.
    private RoleBook _book = null!;

    private IPrincipalIndexGrain Index => grains.For(GrainContext.TenantOf()).The<IPrincipalIndexGrain>();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _book = RoleBook.Of(state.State);
        return Task.CompletedTask;
    }

    public Task<Result<AccessRule[]>> RulesAsync(string[] roles) => Task.FromResult(RoleRulesFound.Of(roles, _book.Rule, _book.Names));

    public Task<string[]> DenyingAsync() => Task.FromResult(_book.Denying);

    public Task<RoleView[]> ListAsync() =>
        Task.FromResult<RoleView[]>([.. BuiltInRoles.All.Select(BuiltIn).Concat(_book.State.Roles.Select(role => role.View())).OrderBy(role => role.Name, StringComparer.Ordinal)]);

    public Task<Result<RoleView>> CreateAsync(CreateRole command, Authority author) => PutAsync(
        command.Name, _book.Create(command.Name, new ReplaceRole { Description = command.Description, Allow = command.Allow, Deny = command.Deny, Inherits = command.Inherits }, author, NameOf(author), clock.GetUtcNow()));

    public Task<Result<RoleView>> ReplaceAsync(string name, ReplaceRole command, long? expected, Authority author) =>
        PutAsync(name, _book.Replace(name, command, expected, author, NameOf(author), clock.GetUtcNow()));

    public async Task<Problem?> DeleteAsync(string name, long? expected, Caller caller)
    {
        if (!_book.Delete(name, expected).Try(out var next, out var refused))
        {
            return refused;
        }

        if ((RoleBook.Held(name, await Index.HoldersAsync(name)) ?? await GivenAsync(name)) is { } inUse)
        {
            return inUse;
        }

        await SaveAsync(next, name);
        return null;
    }

    public Task<GuestAccess> GuestAccessAsync() => Task.FromResult(new GuestAccess(_book.State.GuestAccess));

    public async Task<Result<GuestAccess>> SetGuestAccessAsync(GuestAccess command, GuestAccess expected, Authority author)
    {
        if (expected.Enabled != _book.State.GuestAccess)
        {
            return Problem.PreconditionFailed();
        }

        if (!_book.SetGuestAccess(command, author).Try(out var next, out var refused))
        {
            return refused;
        }

        // Told even when nothing changes: that repairs what was lost on the way.
        await SaveAsync(next, BuiltInRoles.Guest);
        return command;
    }

    public async Task<RoleTrialResult> TryAsync(RoleTrial trial, Authority author)
    {
        List<TrialFault> faults = [];
        var (book, unmade, later) = (_book, new HashSet<string>(StringComparer.Ordinal), trial.Put.Select(draft => draft.Name).ToHashSet(StringComparer.Ordinal));
        foreach (var draft in trial.Put)
        {
            // A trial changes nothing: who asks for rules is answered meanwhile.
            await Task.Yield();
            later.Remove(draft.Name);
            // What is wrong with a role is told once, not again with each that inherits it.
            if (draft.Role.Inherits?.Any(unmade.Contains) == true)
            {
                unmade.Add(draft.Name);
            }
            else if (!(await PutAsync(book, draft, author)).Try(out var next, out var refused))
            {
                // A role comes after those that it inherits: one that is still to come inherits this one.
                refused = draft.Role.Inherits?.FirstOrDefault(later.Contains) is { } circle && book.Find(circle) is null ? Problem.Invalid([new FieldError("inherits", RoleGraph.Circle(draft.Name))]) : refused;
                unmade.Add(draft.Name);
                faults.Add(new TrialFault(draft.Name, refused));
            }
            else
            {
                book = next;
            }
        }

        Problem? guests = null;
        if (trial.GuestAccess is { } access && book.SetGuestAccess(access, author).Try(out var with, out guests))
        {
            book = with;
        }

        var rules = book.Rules;
        foreach (var name in trial.Delete)
        {
            if (!book.Delete(name, null).Try(out var next, out var refused) || (refused = await GivenAsync(name)) is not null)
            {
                faults.Add(new TrialFault(name, refused));
            }
            else
            {
                book = next;
            }
        }

        return new RoleTrialResult { Faults = [.. faults], GuestAccess = guests, Unmade = [.. unmade], Rules = rules };
    }

    private async Task<Result<RoleBook>> PutAsync(RoleBook book, RoleDraft draft, Authority author)
    {
        var (by, now) = (NameOf(author), clock.GetUtcNow());
        var put = book.Find(draft.Name) is null ? book.Create(draft.Name, draft.Role, author, by, now) : book.Replace(draft.Name, draft.Role, null, author, by, now);
        return put.Try(out var next, out _) && await LastAdminAsync(book, next) is { } last ? last : put;
    }

    private async Task<Result<RoleView>> PutAsync(string name, Result<RoleBook> put)
    {
        if (!put.Try(out var next, out var refused) || (refused = await LastAdminAsync(_book, next)) is not null)
        {
            return refused;
        }

        await SaveAsync(next, name);
        return next.Find(name)!.View();
    }

    /// <summary>A role that begins to deny something could take what the last admin has.</summary>
    private async Task<Problem?> LastAdminAsync(RoleBook before, RoleBook after) =>
        after.Denying.Except(before.Denying, StringComparer.Ordinal).Any() && await Index.HasAdminAsync(before.Denying) && !await Index.HasAdminAsync(after.Denying)
            ? Problem.Conflict("The last admin has this role, and it would deny them something. Make somebody else an admin first.")
            : null;

    private async Task<Problem?> GivenAsync(string name) =>
        (await grains.For(GrainContext.TenantOf()).The<IIdentityProviderBookGrain>().ListAsync()).FirstOrDefault(provider => provider.Rules.Any(rule => rule.Roles.Contains(name, StringComparer.Ordinal))) is { } giver
            ? Problem.Conflict($"The role '{name}' is given by the identity provider {giver.Id}.")
            : null;

    private async Task SaveAsync(RoleBook next, string changed)
    {
        if (next.State != state.State)
        {
            await state.SaveAsync(next.State);
            _book = next;
        }

        await grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), ChangeKind.Roles, changed));
    }

    private string NameOf(Authority author) => author.Caller.NameIn(GrainContext.TenantOf());

    private static RoleView BuiltIn(KeyValuePair<string, string[]> role) =>
        new() { Name = role.Key, Description = BuiltInRoles.DescriptionOf(role.Key), Allow = role.Value, Deny = [], Inherits = [], BuiltIn = true };
}
