using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Principals;

[GrainType("principal")]
internal sealed class PrincipalGrain(
    [PersistentState("principal")] IPersistentState<PrincipalState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, IPrincipalGrain
{
    private bool Exists => state.RecordExists && state.State.DeletedAt is null;

    private TenantGrains.Scoped Own => grains.For(GrainContext.TenantOf());

    private IPrincipalIndexGrain Index => Own.The<IPrincipalIndexGrain>();

    public async Task<Result<PrincipalView>> CreateAsync(CreatePrincipal command, Caller caller)
    {
        if (state.State.DeletedAt is not null)
        {
            return PrincipalRefusals.Used();
        }

        if (!state.RecordExists)
        {
            await SaveAsync(new PrincipalState
            {
                Kind = command.Kind,
                DisplayName = command.DisplayName,
                Roles = command.Roles,
                CreatedAt = clock.GetUtcNow(),
            });
        }

        return View();
    }

    public async Task<Result<PrincipalView>> AddAsync(AddPrincipal command, Authority author)
    {
        if (state.RecordExists)
        {
            return PrincipalRefusals.Used();
        }

        var next = new PrincipalState
        {
            Kind = command.Kind,
            DisplayName = command.DisplayName.Trim(),
            Roles = command.Roles ?? [],
            ConditionalRoles = command.ConditionalRoles ?? [],
            Groups = command.Groups ?? [],
            CreatedAt = clock.GetUtcNow(),
        };
        if (!(await RulesAsync(next)).Try(out var after, out var refused))
        {
            return refused;
        }

        if (Gains.Check([], after, author.Held) is { } excess)
        {
            return excess;
        }

        await SaveAsync(next);
        return View();
    }

    public async Task<Result<PrincipalView>> AdmitAsync(AdmitPrincipal command)
    {
        var before = state.RecordExists ? state.State : new PrincipalState { Kind = PrincipalKind.User, CreatedAt = clock.GetUtcNow() };
        var next = before with { Provider = command.Provider, ProviderRules = command.RulesVersion, DisplayName = command.DisplayName, Roles = command.Roles };

        // A rule may name a role that is gone by now. Who was deleted is blocked too.
        if (before.Blocked || !(await RulesAsync(next)).Try(out _, out _))
        {
            return Problem.Unauthenticated();
        }

        await SaveAsync(next);
        await PublishAsync();
        return View();
    }

    public Task<bool> IsShutOutAsync()
    {
        if (!state.RecordExists)
        {
            // Asked for whoever presents a token, row or not.
            DeactivateOnIdle();
        }

        // The row of who was deleted says so too.
        return Task.FromResult(state.State.Blocked);
    }

    public Task<Result<PrincipalView>> GetAsync()
    {
        if (Exists)
        {
            return Task.FromResult<Result<PrincipalView>>(View());
        }

        // Asked at every sign-in, and anybody can make up names: one that nobody has must not stay in memory.
        DeactivateOnIdle();
        return Task.FromResult<Result<PrincipalView>>(Problem.NotFound("principal"));
    }

    public Task<PrincipalRecord?> RecordAsync()
    {
        if (state.RecordExists)
        {
            return Task.FromResult<PrincipalRecord?>(new PrincipalRecord(state.State.Kind, Exists ? View() : null, state.State.Provider));
        }

        DeactivateOnIdle();
        return Task.FromResult<PrincipalRecord?>(null);
    }

    public Task<Result<DateTimeOffset>> StandingSinceAsync() =>
        Task.FromResult<Result<DateTimeOffset>>(Exists ? state.State.UnblockedAt ?? state.State.CreatedAt : Problem.NotFound("principal"));

    public async Task<Result<PrincipalAccess>> AccessAsync()
    {
        if (!Exists)
        {
            DeactivateOnIdle();
            return Problem.Unauthenticated();
        }

        if (state.State.Blocked || state.State.Kind == PrincipalKind.Group || !await IsVouchedForAsync() || !(await RulesAsync(state.State)).Try(out var rules, out _))
        {
            return Problem.Unauthenticated();
        }

        if (PrincipalAccess.IsGuestShutOut(rules))
        {
            return Problem.Unauthenticated();
        }

        return new PrincipalAccess { Principal = GrainContext.RestOf(), Kind = state.State.Kind, DisplayName = state.State.DisplayName, Rules = [.. rules] };
    }

    public async Task<Result<AccessRule[]>> GroupRulesAsync()
    {
        if (!Exists || state.State.Kind != PrincipalKind.Group)
        {
            return PrincipalRefusals.NoGroup(GrainContext.RestOf());
        }

        return (await RulesAsync(state.State)).Try(out var rules, out var refused) ? rules.ToArray() : refused;
    }

    public Task<Result<PrincipalView>> SetRolesAsync(SetRoles command, Authority author) => ChangeAsync(author, _ =>
        IsOther(command.Version) ? Problem.PreconditionFailed()
        : state.State.Kind == PrincipalKind.Group && command.Groups is { Length: > 0 }
            ? PrincipalRefusals.GroupInGroup()
            : state.State with { Roles = command.Roles, ConditionalRoles = command.ConditionalRoles ?? [], Groups = command.Groups ?? [] });

    public async Task<Result<PrincipalView>> RenameAsync(RenamePrincipal command, Caller caller)
    {
        if (!Exists)
        {
            return Problem.NotFound("principal");
        }

        if (IsOther(command.Version))
        {
            return Problem.PreconditionFailed();
        }

        await SaveAsync(state.State with { DisplayName = command.DisplayName.Trim() });
        return View();
    }

    public async Task InvitedAsync(DateTimeOffset? until)
    {
        if (Exists && state.State.InvitedUntil != until)
        {
            await SaveAsync(state.State with { InvitedUntil = until });
        }
    }

    public async Task<Result<PrincipalView>> BlockAsync(BlockPrincipal command, Caller caller)
    {
        var before = state.RecordExists ? state.State : Subject();
        if (before is not { DeletedAt: null })
        {
            return Problem.NotFound("principal");
        }

        if (!before.Blocked)
        {
            await SaveAsync(before with { Blocked = true, BlockedAt = clock.GetUtcNow(), BlockedReason = command.Reason });
        }

        // Told even when nothing changed: a repeated block repairs what was lost on the way.
        await Index.ChangedAsync(View());
        await PublishAsync();
        return View();
    }

    public Task<Result<PrincipalView>> UnblockAsync(Authority author) => ChangeAsync(author, now =>
        state.State with { Blocked = false, BlockedAt = null, BlockedReason = null, UnblockedAt = state.State.Blocked ? now : state.State.UnblockedAt });

    public async Task<Result<PrincipalView>> ElevateAsync(ElevatePrincipal command, Authority author)
    {
        if (!(await Own.The<IRoleBookGrain>().RulesAsync([command.Role])).Try(out var given, out var unknown))
        {
            return unknown;
        }

        // Somebody else's "elevation" must not take anything away, from the last admin least of all.
        return given[0].Deny.Length > 0
            ? Problem.Invalid([new FieldError("role", "A role that denies something elevates nobody.")])
            : await ChangeAsync(author, now => Elevated(command, author, now));
    }

    private Result<PrincipalState> Elevated(ElevatePrincipal command, Authority author, DateTimeOffset now)
    {
        if (state.State.Kind == PrincipalKind.Group || state.State.Blocked)
        {
            return Problem.Conflict("Only a principal that can ask, and is not blocked, can be elevated.");
        }

        if (state.State.Elevations.Count(elevation => elevation.Until > now) >= PrincipalRules.MaxElevations)
        {
            return Problem.QuotaExceeded($"At most {PrincipalRules.MaxElevations} elevations at the same time.");
        }

        var elevation = new Elevation
        {
            Role = command.Role,
            From = now,
            Until = now.AddMinutes(command.Minutes),
            Justification = command.Justification.Trim(),
            GrantedBy = author.Caller.NameIn(GrainContext.TenantOf()),
        };
        var ended = state.State.Elevations.Where(earlier => earlier.Until <= now).TakeLast(PrincipalRules.MaxRemembered - PrincipalRules.MaxElevations);
        return state.State with { Elevations = [.. ended, .. state.State.Elevations.Where(earlier => earlier.Until > now), elevation] };
    }

    public Task<Result<PrincipalView>> EndElevationsAsync(Authority author) => ChangeAsync(author, now =>
        state.State with { Elevations = [.. state.State.Elevations.Select(elevation => elevation.Until > now ? elevation with { Until = now } : elevation)] });

    public async Task<Problem?> DeleteAsync(Caller caller)
    {
        if (!Exists)
        {
            // The index asked, so it believes in it: an earlier delete did not get as far as telling it.
            await Index.RemovedAsync(GrainContext.RestOf());
            return Problem.NotFound("principal");
        }

        var id = GrainContext.RestOf();
        await state.SaveAsync(new PrincipalState { Id = id, Kind = state.State.Kind, CreatedAt = state.State.CreatedAt, Blocked = true, DeletedAt = clock.GetUtcNow() });
        await Index.RemovedAsync(id);
        await PublishAsync();
        return null;
    }

    public Task<FormerLogin?> FormerLoginAsync()
    {
        if (!state.RecordExists)
        {
            // As above.
            DeactivateOnIdle();
        }

        return Task.FromResult(state.State is { PasswordHash: null, BootstrapHash: null } ? null : new FormerLogin(state.State.BootstrapHash, state.State.PasswordHash));
    }

    public Task ForgetFormerLoginAsync() => state.State is { PasswordHash: null, BootstrapHash: null }
        ? Task.CompletedTask
        : state.SaveAsync(state.State with { BootstrapHash = null, PasswordHash = null });

    /// <summary>False for a provider's subject once the tenant no longer trusts the provider, nobody signs in through it, or other rules say by now who is what.</summary>
    private async Task<bool> IsVouchedForAsync() =>
        state.State.Provider is not { } provider
        || Array.Exists(await Own.The<IIdentityProviderBookGrain>().ListAsync(), known => known.SignIn is not null && known.RulesVersion == state.State.ProviderRules && string.Equals(known.Id, provider, StringComparison.Ordinal));

    /// <summary>Makes a change to what the principal may do, when its author holds all that is gained by it.</summary>
    private async Task<Result<PrincipalView>> ChangeAsync(Authority author, Func<DateTimeOffset, Result<PrincipalState>> change)
    {
        if (!Exists)
        {
            return Problem.NotFound("principal");
        }

        if (!change(clock.GetUtcNow()).Try(out var next, out var refused) || !(await RulesAsync(next)).Try(out var after, out refused))
        {
            return refused;
        }

        // What is blocked has nothing, and neither does who holds a role that is gone: all that there is afterwards is gained.
        IReadOnlyList<AccessRule> before = (state.State.Blocked && !next.Blocked) || !(await RulesAsync(state.State)).Try(out var rules, out _) ? [] : rules;
        if (Gains.Check(before, after, author.Held) is { } excess)
        {
            return excess;
        }

        await SaveAsync(next);
        await PublishAsync();
        return View();
    }

    /// <summary>The rules of a state: its own roles, those at times and for a while, and its groups'.</summary>
    private async Task<Result<List<AccessRule>>> RulesAsync(PrincipalState of)
    {
        var (held, now) = (of.View(), clock.GetUtcNow());
        if (!(await Own.The<IRoleBookGrain>().RulesAsync(HeldRoles.Names(held, now))).Try(out var found, out var refused))
        {
            return refused;
        }

        List<AccessRule> rules = [.. HeldRoles.Rules(held, found, now)];
        foreach (var group in of.Groups)
        {
            if (!(await Own.Get<IPrincipalGrain>(group).GroupRulesAsync()).Try(out var shared, out refused))
            {
                return refused;
            }

            rules.AddRange(shared.Select(rule => rule with { Group = group }));
        }

        return rules;
    }

    /// <summary>A provider's subject that has no row yet: it may have come with tokens alone. Null for an id that only we give out.</summary>
    private PrincipalState? Subject() => !PrincipalId.IsSubject(GrainContext.RestOf())
        ? null
        : new PrincipalState { Kind = PrincipalKind.User, DisplayName = GrainContext.RestOf(), CreatedAt = clock.GetUtcNow() };

    private bool IsOther(long? expected) => expected is not null && expected != state.State.Version;

    private async Task SaveAsync(PrincipalState next)
    {
        await state.SaveAsync(next with { Id = GrainContext.RestOf(), Version = state.State.Version + 1 });
        await Index.ChangedAsync(View());
    }

    private Task PublishAsync() =>
        grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), ChangeKind.Principal, GrainContext.RestOf()));

    private PrincipalView View() => state.State.View() with { Id = GrainContext.RestOf() };
}
