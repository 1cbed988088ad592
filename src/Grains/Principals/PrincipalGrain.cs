using System.Security.Cryptography;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Secrets;
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

    /// <summary>HMAC of the unused bootstrap secret.</summary>
    public byte[]? BootstrapHash { get; init; }
    public string? PasswordHash { get; init; }
}

[GrainType("principal")]
internal sealed class PrincipalGrain(
    [PersistentState("principal")] IPersistentState<PrincipalState> state,
    CredentialHasher hasher,
    TenantGrains grains,
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

    public Task<Result<PrincipalView>> GetAsync() =>
        Task.FromResult<Result<PrincipalView>>(state.RecordExists ? View() : Problem.NotFound("principal"));

    public async Task<Result<PrincipalAccess>> AccessAsync()
    {
        if (!state.RecordExists || state.State.Blocked
            || !(await grains.For(GrainContext.TenantOf()).The<IRoleBookGrain>().ResolveAsync(state.State.Roles)).Try(out var allowed, out _))
        {
            return Problem.Unauthenticated();
        }

        return new PrincipalAccess
        {
            Principal = GrainContext.RestOf(),
            Kind = state.State.Kind,
            DisplayName = state.State.DisplayName,
            Rules = [new AccessRule { Role = string.Join(',', state.State.Roles), Allow = allowed }],
        };
    }

    public async Task<Result<string>> IssueBootstrapAsync(Caller caller)
    {
        if (!state.RecordExists || state.State.PasswordHash is not null)
        {
            return Problem.Conflict("A password is set; sign in with it.");
        }

        var secret = "boot_" + RandomNumberGenerator.GetString("23456789abcdefghjkmnpqrstuvwxyz", 32);
        await state.SaveAsync(state.State with { BootstrapHash = hasher.Hash("bootstrap", secret) });
        return secret;
    }

    public async Task<Problem?> SetFirstPasswordAsync(string bootstrapSecret, string password)
    {
        if (state.State.PasswordHash is not null || state.State.BootstrapHash is not { } stored || !hasher.Matches("bootstrap", bootstrapSecret, stored))
        {
            return Problem.Unauthenticated("The bootstrap secret is wrong or was used.");
        }

        // A tenth of a second of work: not on the grain's turn.
        var hash = await Task.Run(() => PasswordHash.Create(password));
        await state.SaveAsync(state.State with { BootstrapHash = null, PasswordHash = hash });
        return null;
    }

    public async Task<Problem?> VerifyPasswordAsync(string password)
    {
        var stored = state.State.PasswordHash;
        var (matches, outdated) = await Task.Run(() => (PasswordHash.Verify(stored, password, out var old), old));
        if (!matches || state.State.Blocked)
        {
            return Problem.Unauthenticated("The user or the password is wrong.");
        }

        if (outdated)
        {
            var renewed = await Task.Run(() => PasswordHash.Create(password));
            await state.SaveAsync(state.State with { PasswordHash = renewed });
        }

        return null;
    }

    public Task<bool> HasPasswordAsync() => Task.FromResult(state.State.PasswordHash is not null);

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
