using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Secrets;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.IdentityProviders;

public sealed record IdentityProviderBookState
{
    /// <summary>Oldest first.</summary>
    public IdentityProvider[] Providers { get; init; } = [];

    /// <summary>Names of secrets that are no provider's, which the vault has not deleted yet, or which it may have been given without anybody knowing.</summary>
    public string[] Leftovers { get; init => field = value ?? []; } = [];

    /// <summary>By provider, the name of a secret that replaced the first one: the name of a deleted secret is not used again.</summary>
    public Dictionary<string, string> Secrets { get; init => field = value ?? []; } = [];
}

[GrainType("identity-provider-book")]
internal sealed partial class IdentityProviderBookGrain(
    [PersistentState("identity-provider-book")] IPersistentState<IdentityProviderBookState> state,
    ISecretStore secrets,
    TenantGrains grains,
    TimeProvider clock,
    ILogger<IdentityProviderBookGrain> logger) : Grain, IIdentityProviderBookGrain
{
    /// <summary>Names that wait for a vault that is away; more tries would only lengthen its work afterwards.</summary>
    private const int MaxLeftovers = 20;

    /// <summary>
    /// What the vault could not delete before. First a write that goes through only if nothing else was written since: what is read here may be what an activation that was taken for lost
    /// is just about to give to a provider.
    /// </summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (state.State.Leftovers.Length == 0)
        {
            return;
        }

        try
        {
            await state.SaveAsync(state.State);
        }
        catch (Exception failure)
        {
            // What is here may still be read while the disk is full; not when it is known to be old.
            Log.NotSwept(logger, failure);
            if (failure is InconsistentStateException)
            {
                DeactivateOnIdle();
            }

            return;
        }

        await SweepAsync();
    }

    public Task<IdentityProvider[]> ListAsync() => Task.FromResult(state.State.Providers);

    public async Task<Result<IdentityProvider>> AddAsync(PutIdentityProvider command, Caller caller)
    {
        if (Array.Exists(state.State.Providers, provider => string.Equals(provider.Issuer, command.Issuer, StringComparison.Ordinal)))
        {
            return Problem.Conflict("This issuer is trusted already; change that provider.");
        }

        if (state.State.Providers.Length >= IdentityProviderRules.MaxPerTenant)
        {
            return Problem.QuotaExceeded($"A tenant trusts at most {IdentityProviderRules.MaxPerTenant} identity providers.");
        }

        if (await UnknownRoleAsync(command) is { } unknown)
        {
            return unknown;
        }

        var id = IdentityProviderRules.IdPrefix + Random(IdentityProviderRules.IdLength);
        if (command.SignIn?.ClientSecret is { } secret && await KeepAsync(SecretOf(id), secret) is { } notKept)
        {
            return notKept;
        }

        var added = ProviderChange.Added(id, command, clock.GetUtcNow(), caller.NameIn(GrainContext.TenantOf()));
        await SaveAsync(state.State with { Providers = [.. state.State.Providers, added], Leftovers = Without(SecretOf(id)) });
        await PublishAsync();
        await SweepAsync();
        return added;
    }

    public async Task<Result<IdentityProvider>> ReplaceAsync(string id, PutIdentityProvider command, long expected, Caller caller)
    {
        if (Find(id) is not { } before)
        {
            return Problem.NotFound("identity provider");
        }

        if ((before.Version != expected ? Problem.PreconditionFailed() : ProviderChange.Check(before, command)) is { } refused || (refused = await UnknownRoleAsync(command)) is not null)
        {
            return refused;
        }

        var (old, next) = (before.SignIn is { Confidential: true } ? SecretOf(id) : null, (string?)null);
        if (command.SignIn?.ClientSecret is { } secret)
        {
            next = $"{FirstSecretOf(id)}-{Random(8)}";
            if (await KeepAsync(next, secret) is { } notKept)
            {
                return notKept;
            }
        }
        else if (ProviderChange.Keeps(before, command))
        {
            next = old;
        }

        var changed = ProviderChange.Changed(before, command, clock.GetUtcNow(), caller.NameIn(GrainContext.TenantOf()));
        await SaveAsync(state.State with
        {
            Providers = Array.ConvertAll(state.State.Providers, provider => ReferenceEquals(provider, before) ? changed : provider),
            Secrets = With(id, next),
            Leftovers = [.. Without(next), .. old is null || string.Equals(old, next, StringComparison.Ordinal) ? [] : new[] { old }],
        });
        await PublishAsync();
        await SweepAsync();
        return changed;
    }

    public async Task<Problem?> RemoveAsync(string id, long? expected, Caller caller)
    {
        if (Find(id) is not { } leaving)
        {
            return Problem.NotFound("identity provider");
        }

        if (expected is { } version && leaving.Version != version)
        {
            return Problem.PreconditionFailed();
        }

        // Trust ends whether or not the vault is there; what it could not delete is on record and tried again.
        await SaveAsync(state.State with
        {
            Providers = [.. state.State.Providers.Where(provider => !ReferenceEquals(provider, leaving))],
            Secrets = With(id, null),
            Leftovers = leaving.SignIn is { Confidential: true } ? [.. state.State.Leftovers, SecretOf(id)] : state.State.Leftovers,
        });
        await PublishAsync();
        await SweepAsync();
        return null;
    }

    public async Task<Problem?> DestroyAsync(Caller caller)
    {
        var confidential = state.State.Providers.Where(provider => provider.SignIn is { Confidential: true }).Select(provider => SecretOf(provider.Id)).ToArray();
        if (state.State.Providers.Length > 0)
        {
            await SaveAsync(state.State with { Providers = [], Secrets = [], Leftovers = [.. state.State.Leftovers, .. confidential] });
            await PublishAsync();
        }

        await SweepAsync();
        return state.State.Leftovers.Length > 0 ? VaultAway() : null;
    }

    public async Task<Result<ProviderSecret>> SecretAsync(string id)
    {
        if (Find(id) is not { SignIn: { } client })
        {
            return Problem.NotFound("identity provider");
        }

        if (!client.Confidential)
        {
            return new ProviderSecret(null);
        }

        try
        {
            return await secrets.GetAsync(SecretOf(id), CancellationToken.None) is { } value ? new ProviderSecret(Encoding.UTF8.GetString(value)) : VaultAway();
        }
        catch (SecretStoreException failure)
        {
            Log.VaultFailed(logger, failure, id);
            return VaultAway();
        }
    }

    public Task<OwnedSecret[]> SecretsAsync() => Task.FromResult<OwnedSecret[]>(
    [
        .. state.State.Providers.Where(provider => provider.SignIn is { Confidential: true }).Select(provider => new OwnedSecret(SecretOf(provider.Id), SecretUse.IdentityProvider, provider.Id, SecretNeed.Always)),
        .. state.State.Leftovers.Select(name => new OwnedSecret(name, SecretUse.IdentityProvider, UsedBy: null, SecretNeed.Leaving)),
    ]);

    private IdentityProvider? Find(string id) => Array.Find(state.State.Providers, provider => string.Equals(provider.Id, id, StringComparison.Ordinal));

    private async Task<Problem?> UnknownRoleAsync(PutIdentityProvider command)
    {
        var roles = command.Rules.SelectMany(rule => rule.Roles).Distinct(StringComparer.Ordinal).ToArray();
        return (await grains.For(GrainContext.TenantOf()).The<IRoleBookGrain>().RulesAsync(roles)).Problem;
    }

    /// <summary>Its name is on record before the vault has it: one that is never used is deleted.</summary>
    private async Task<Problem?> KeepAsync(string name, string secret)
    {
        if (state.State.Leftovers.Length >= MaxLeftovers)
        {
            return VaultAway();
        }

        await SaveAsync(state.State with { Leftovers = [.. state.State.Leftovers, name] });
        try
        {
            await secrets.SetAsync(name, Encoding.UTF8.GetBytes(secret), CancellationToken.None);
            return null;
        }
        catch (SecretStoreException failure)
        {
            Log.VaultFailed(logger, failure, name);
        }

        await SweepAsync();
        return VaultAway();
    }

    private async Task SweepAsync()
    {
        foreach (var name in state.State.Leftovers)
        {
            try
            {
                await secrets.DeleteAsync(name, CancellationToken.None);
            }
            catch (SecretStoreException failure)
            {
                Log.VaultFailed(logger, failure, name);
                return;
            }

            await SaveAsync(state.State with { Leftovers = Without(name) });
        }
    }

    /// <summary>After a write of which nobody knows how it went, what is here may be something else than what is stored.</summary>
    private async Task SaveAsync(IdentityProviderBookState next)
    {
        try
        {
            await state.SaveAsync(next);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private string[] Without(string? name) => [.. state.State.Leftovers.Where(left => !string.Equals(left, name, StringComparison.Ordinal))];

    private Dictionary<string, string> With(string id, string? name)
    {
        var names = new Dictionary<string, string>(state.State.Secrets, StringComparer.Ordinal);
        if (name is null || string.Equals(name, FirstSecretOf(id), StringComparison.Ordinal))
        {
            names.Remove(id);
        }
        else
        {
            names[id] = name;
        }

        return names;
    }

    private string SecretOf(string id) => state.State.Secrets.GetValueOrDefault(id) ?? FirstSecretOf(id);

    /// <summary>Never used again: the id is random.</summary>
    private string FirstSecretOf(string id) => $"idp-{GrainContext.TenantOf()}-{id[IdentityProviderRules.IdPrefix.Length..]}";

    private static string Random(int length) => RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", length);

    private Task PublishAsync() =>
        grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), ChangeKind.IdentityProviders, ""));

    private static Problem VaultAway() => new(ProblemCode.Unavailable, "The vault does not answer, or does not have the client's secret.");

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ProviderSecretFailed", Level = LogLevel.Error, Message = "The vault failed at the client secret of the identity provider {Provider}.")]
        public static partial void VaultFailed(ILogger logger, Exception failure, string provider);

        [LoggerMessage(EventId = 2, EventName = "ProviderSecretsNotSwept", Level = LogLevel.Warning, Message = "Client secrets that are no provider's stay in the vault until the next activation.")]
        public static partial void NotSwept(ILogger logger, Exception failure);
    }
}
