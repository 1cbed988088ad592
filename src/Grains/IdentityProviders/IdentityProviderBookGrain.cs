using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tokens;
using Platform.Grains.Secrets;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.IdentityProviders;

public sealed record IdentityProviderBookState
{
    /// <summary>Oldest first.</summary>
    public IdentityProvider[] Providers { get; init; } = [];

    /// <summary>Names of secrets of providers that are gone, which the vault has not deleted yet.</summary>
    public string[] Leftovers { get; init => field = value ?? []; } = [];
}

[GrainType("identity-provider-book")]
internal sealed partial class IdentityProviderBookGrain(
    [PersistentState("identity-provider-book")] IPersistentState<IdentityProviderBookState> state,
    ISecretStore secrets,
    TenantGrains grains,
    TimeProvider clock,
    ILogger<IdentityProviderBookGrain> logger) : Grain, IIdentityProviderBookGrain
{
    private const int Most = 10;

    /// <summary>What the vault could not delete before.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken) => SweepAsync();

    public Task<IdentityProvider[]> ListAsync() => Task.FromResult(state.State.Providers);

    public async Task<Result<IdentityProvider>> AddAsync(AddIdentityProvider command, Caller caller)
    {
        if (Array.Exists(state.State.Providers, provider => string.Equals(provider.Issuer, command.Issuer, StringComparison.Ordinal)))
        {
            return Problem.Conflict("This issuer is trusted already; remove it first.");
        }

        if (state.State.Providers.Length >= Most)
        {
            return Problem.QuotaExceeded($"A tenant trusts at most {Most} identity providers.");
        }

        var roles = command.Rules.SelectMany(rule => rule.Roles).Distinct(StringComparer.Ordinal).ToArray();
        if (!(await grains.For(GrainContext.TenantOf()).The<IRoleBookGrain>().RulesAsync(roles)).Try(out _, out var unknown))
        {
            return unknown;
        }

        var id = $"idp_{RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 12)}";
        if (command.SignIn?.ClientSecret is { } secret && await KeepAsync(id, secret) is { } notKept)
        {
            return notKept;
        }

        var added = new IdentityProvider
        {
            Id = id,
            Issuer = command.Issuer,
            Audience = command.Audience,
            Algorithms = command.Algorithms ?? [SigningAlgorithm.Rs256],
            TokenType = command.TokenType ?? AccessTokenRules.Type,
            Rules = command.Rules,
            CreatedAt = clock.GetUtcNow(),
            CreatedBy = caller.NameIn(GrainContext.TenantOf()),
            SignIn = command.SignIn is { } client ? new ProviderSignIn(client.ClientId, client.ClientSecret is not null, client.Name?.Trim() ?? new Uri(command.Issuer).Host) : null,
        };
        await state.SaveAsync(state.State with { Providers = [.. state.State.Providers, added] });
        await PublishAsync();
        await SweepAsync();
        return added;
    }

    public async Task<Problem?> RemoveAsync(string id, Caller caller)
    {
        if (Find(id) is not { } leaving)
        {
            return Problem.NotFound("identity provider");
        }

        // Trust ends whether or not the vault is there; what it could not delete is on record and tried again.
        await state.SaveAsync(state.State with
        {
            Providers = [.. state.State.Providers.Where(provider => !ReferenceEquals(provider, leaving))],
            Leftovers = leaving.SignIn is { Confidential: true } ? [.. state.State.Leftovers, SecretOf(id)] : state.State.Leftovers,
        });
        await PublishAsync();
        await SweepAsync();
        return null;
    }

    public async Task<Problem?> DestroyAsync(Caller caller)
    {
        var confidential = state.State.Providers.Where(provider => provider.SignIn is { Confidential: true }).Select(provider => SecretOf(provider.Id));
        if (state.State.Providers.Length > 0)
        {
            await state.SaveAsync(state.State with { Providers = [], Leftovers = [.. state.State.Leftovers, .. confidential] });
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

    private IdentityProvider? Find(string id) => Array.Find(state.State.Providers, provider => string.Equals(provider.Id, id, StringComparison.Ordinal));

    private async Task<Problem?> KeepAsync(string id, string secret)
    {
        try
        {
            await secrets.SetAsync(SecretOf(id), Encoding.UTF8.GetBytes(secret), CancellationToken.None);
            return null;
        }
        catch (SecretStoreException failure)
        {
            Log.VaultFailed(logger, failure, id);
            return VaultAway();
        }
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

            await state.SaveAsync(state.State with { Leftovers = [.. state.State.Leftovers.Where(left => !string.Equals(left, name, StringComparison.Ordinal))] });
        }
    }

    /// <summary>Never used again: the id is random.</summary>
    private string SecretOf(string id) => $"idp-{GrainContext.TenantOf()}-{id[4..]}";

    private Task PublishAsync() =>
        grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), ChangeKind.IdentityProviders, ""));

    private static Problem VaultAway() => new(ProblemCode.Unavailable, "The vault does not answer, or does not have the client's secret.");

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ProviderSecretFailed", Level = LogLevel.Error, Message = "The vault failed at the client secret of the identity provider {Provider}.")]
        public static partial void VaultFailed(ILogger logger, Exception failure, string provider);
    }
}
