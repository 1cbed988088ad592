using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Principals;

public sealed record PrincipalState
{
    public PrincipalKind Kind { get; init; }
    public string DisplayName { get; init; } = "";
    public string[] Roles { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
    public bool Blocked { get; init; }

    /// <summary>Of a data directory from before logins had grains of their own; read once, then wiped.</summary>
    public byte[]? BootstrapHash { get; init; }

    /// <summary>As <see cref="BootstrapHash"/>.</summary>
    public string? PasswordHash { get; init; }
}

[GrainType("principal")]
internal sealed class PrincipalGrain(
    [PersistentState("principal")] IPersistentState<PrincipalState> state,
    TimeProvider clock) : Grain, IPrincipalGrain
{
    public async Task<Result<PrincipalView>> CreateAsync(CreatePrincipal command, Caller caller)
    {
        if (!state.RecordExists)
        {
            await state.SaveAsync(new PrincipalState
            {
                Kind = command.Kind,
                DisplayName = command.DisplayName,
                Roles = command.Roles,
                CreatedAt = clock.GetUtcNow(),
            });
        }

        return View();
    }

    public Task<Result<PrincipalView>> GetAsync()
    {
        if (state.RecordExists)
        {
            return Task.FromResult<Result<PrincipalView>>(View());
        }

        // Asked at every sign-in, and anybody can make up names: one that nobody has must not stay in memory.
        DeactivateOnIdle();
        return Task.FromResult<Result<PrincipalView>>(Problem.NotFound("principal"));
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

    private PrincipalView View() => new()
    {
        Id = GrainContext.RestOf(),
        Kind = state.State.Kind,
        DisplayName = state.State.DisplayName,
        Roles = state.State.Roles,
        CreatedAt = state.State.CreatedAt,
        Blocked = state.State.Blocked,
    };
}
