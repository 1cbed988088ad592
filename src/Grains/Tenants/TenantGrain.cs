using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
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
            await state.SaveAsync(new TenantState
            {
                Slug = command.Slug,
                DisplayName = string.IsNullOrWhiteSpace(command.DisplayName) ? command.Slug : command.DisplayName.Trim(),
                Status = TenantStatus.Active,
                CreatedAt = clock.GetUtcNow(),
                AuditMode = command.AuditMode,
                RateLimit = command.RateLimit ?? RateLimitRule.Default,
                AllowedOrigins = command.AllowedOrigins ?? [],
                InputLimits = command.InputLimits,
            });
        }

        return View();
    }

    public Task<Result<TenantView>> GetAsync() =>
        Task.FromResult<Result<TenantView>>(state.RecordExists ? View() : Problem.TenantNotFound());

    public async Task<Result<TenantView>> SuspendAsync(SuspendTenant command, Caller caller)
    {
        if (!state.RecordExists)
        {
            return Problem.TenantNotFound();
        }

        if (state.State.Status == TenantStatus.Active)
        {
            await state.SaveAsync(state.State with
            {
                Status = TenantStatus.Suspended,
                SuspendedAt = clock.GetUtcNow(),
                SuspendedReason = command.Reason,
            });
        }

        // Pushed even when nothing changed: a repeated suspension repairs a push that was lost.
        await PublishAsync();
        return View();
    }

    public async Task<Result<TenantView>> ResumeAsync(Caller caller)
    {
        if (!state.RecordExists)
        {
            return Problem.TenantNotFound();
        }

        if (state.State.Status == TenantStatus.Suspended)
        {
            await state.SaveAsync(state.State with { Status = TenantStatus.Active, SuspendedAt = null, SuspendedReason = null });
        }

        await PublishAsync();
        return View();
    }

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

        await state.SaveAsync(state.State with { Hosts = [.. state.State.Hosts, host] });
        return null;
    }

    public Task DetachHostAsync(string host) =>
        state.State.Hosts.Contains(host, StringComparer.Ordinal)
            ? state.SaveAsync(state.State with { Hosts = [.. state.State.Hosts.Where(other => !string.Equals(other, host, StringComparison.Ordinal))] })
            : Task.CompletedTask;

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
    };
}
