using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Tenants;

[GrainType("tenant")]
internal sealed class TenantGrain(
    [PersistentState("tenant")] IPersistentState<TenantState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, ITenantGrain
{
    public async Task<Result<TenantView>> CreateAsync(CreateTenant command, Caller caller)
    {
        if (!state.RecordExists)
        {
            await SaveAsync(SettingsRule.Chosen(new TenantState { Slug = command.Slug, Status = TenantStatus.Active, CreatedAt = clock.GetUtcNow() }, command));
        }

        return View();
    }

    public Task<Result<TenantView>> GetAsync() =>
        Task.FromResult<Result<TenantView>>(state.RecordExists ? View() : Problem.TenantNotFound());

    public Task<Result<TenantView>> ChangeAsync(TenantSettings settings, long expected, Caller caller) =>
        ChangeAsync(DeletionRule.Check(state.State) ?? SettingsRule.Change(state.State, settings, expected, caller));

    public Task<Result<TenantView>> SuspendAsync(SuspendTenant command, bool resumeAlone, Caller caller) =>
        ChangeAsync(DeletionRule.Check(state.State) ?? (Result<TenantState>)ResumeRule.Suspended(state.State, command, resumeAlone, clock.GetUtcNow()));

    public Task<Result<TenantView>> ResumeAsync(ResumeTerms terms, Caller caller) =>
        ChangeAsync(DeletionRule.Check(state.State) ?? ResumeRule.Resume(state.State, terms, caller, clock.GetUtcNow()));

    public Task<Result<TenantView>> ApproveResumeAsync(DateTimeOffset approverSince, Caller caller) =>
        ChangeAsync(ResumeRule.Approve(state.State, approverSince, caller, clock.GetUtcNow()));

    public Task<Result<TenantView>> MakeReadOnlyAsync(MakeReadOnly command, Caller caller) =>
        ChangeAsync(DeletionRule.Check(state.State) ?? TenantRestrictions.MakeReadOnly(state.State, command, caller, clock.GetUtcNow()));

    public Task<Result<TenantView>> MakeWritableAsync(Caller caller) => ChangeAsync(DeletionRule.Check(state.State) ?? TenantRestrictions.MakeWritable(state.State, caller));

    public Task<Result<TenantView>> QuarantineAsync(QuarantineEntry command, Caller caller) =>
        ChangeCatalogueAsync(DeletionRule.Check(state.State) ?? TenantRestrictions.Quarantine(state.State, command, caller, clock.GetUtcNow()));

    public Task<Result<TenantView>> ReleaseAsync(CatalogueEntryKind kind, string name, Caller caller) =>
        ChangeCatalogueAsync(DeletionRule.Check(state.State) ?? TenantRestrictions.Release(state.State, kind, name, caller));

    public Task<Result<TenantView>> RevokeCredentialsAsync(Caller caller) => ChangeAsync(state.State with { CredentialsRevokedAt = clock.GetUtcNow() });

    public Task<Result<TenantView>> DeleteAsync(long? expected, DateTimeOffset purgeAt, Caller caller) =>
        ChangeAsync(DeletionRule.Delete(state.State, expected, purgeAt, caller, clock.GetUtcNow()));

    public Task<Result<TenantView>> RestoreAsync(Caller caller) => ChangeAsync(DeletionRule.Restore(state.State));

    public Task<Result<TenantView>> BeginPurgeAsync() => ChangeAsync(DeletionRule.BeginPurge(state.State));

    public async Task<Problem?> AttachHostAsync(string host)
    {
        if (!state.RecordExists)
        {
            return Problem.TenantNotFound();
        }

        if (state.State.Hosts.Contains(host, StringComparer.Ordinal))
        {
            return null;
        }

        if (state.State.Hosts.Length >= TenantView.MaxHosts)
        {
            return Problem.QuotaExceeded($"A tenant has at most {TenantView.MaxHosts} host names.");
        }

        await SaveAsync(state.State with { Hosts = [.. state.State.Hosts, host] });
        return null;
    }

    public Task DetachHostAsync(string host) =>
        state.State.Hosts.Contains(host, StringComparer.Ordinal)
            ? SaveAsync(state.State with { Hosts = [.. state.State.Hosts.Where(other => !string.Equals(other, host, StringComparison.Ordinal))] })
            : Task.CompletedTask;

    /// <summary>Keeps what an engine made of the state, and pushes it even when nothing changed: a repeated command repairs a push that was lost.</summary>
    private async Task<Result<TenantView>> ChangeAsync(Result<TenantState> changed)
    {
        if (!state.RecordExists)
        {
            return Problem.TenantNotFound();
        }

        if (!changed.Try(out var next, out var refused))
        {
            return refused;
        }

        if (!ReferenceEquals(next, state.State))
        {
            await SaveAsync(next);
        }

        await PublishAsync();
        return View();
    }

    private async Task<Result<TenantView>> ChangeCatalogueAsync(Result<TenantState> changed)
    {
        var view = await ChangeAsync(changed);
        if (view.Problem is null)
        {
            await grains.For(GrainContext.TenantOf()).The<ICatalogueGrain>().PublishAsync([new CatalogueChange(CatalogueChangeKind.Tools), new CatalogueChange(CatalogueChangeKind.Prompts)]);
        }

        return view;
    }

    private Task SaveAsync(TenantState next) => state.SaveAsync(next with { Version = state.State.Version + 1 });

    private Task PublishAsync() =>
        grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), ChangeKind.Tenant, state.State.Slug));

    private TenantView View() => new()
    {
        Id = GrainContext.TenantOf(),
        Slug = state.State.Slug,
        DisplayName = state.State.DisplayName,
        Status = state.State.Status,
        CreatedAt = state.State.CreatedAt,
        SuspendedAt = state.State.SuspendedAt,
        SuspendedReason = state.State.SuspendedReason,
        AuditMode = state.State.AuditMode,
        RateLimit = state.State.RateLimit,
        AllowedOrigins = state.State.AllowedOrigins,
        Hosts = state.State.Hosts,
        InputLimits = state.State.InputLimits,
        ReadOnly = state.State.ReadOnly,
        Quarantine = state.State.Quarantine,
        ResumeRequest = state.State.ResumeRequest is { } request && request.ExpiresAt > clock.GetUtcNow() ? request : null,
        CredentialsRevokedAt = state.State.CredentialsRevokedAt,
        Version = state.State.Version,
        Deletion = state.State.Deletion,
    };
}
