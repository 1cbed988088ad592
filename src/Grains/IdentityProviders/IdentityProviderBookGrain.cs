using System.Security.Cryptography;
using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tokens;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.IdentityProviders;

public sealed record IdentityProviderBookState
{
    /// <summary>Oldest first.</summary>
    public IdentityProvider[] Providers { get; init; } = [];
}

[GrainType("identity-provider-book")]
internal sealed class IdentityProviderBookGrain(
    [PersistentState("identity-provider-book")] IPersistentState<IdentityProviderBookState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, IIdentityProviderBookGrain
{
    private const int Most = 10;

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

        var added = new IdentityProvider
        {
            Id = $"idp_{RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 12)}",
            Issuer = command.Issuer,
            Audience = command.Audience,
            Algorithms = command.Algorithms ?? [SigningAlgorithm.Rs256],
            TokenType = command.TokenType ?? AccessTokenRules.Type,
            Rules = command.Rules,
            CreatedAt = clock.GetUtcNow(),
            CreatedBy = caller.Principal,
        };
        await state.SaveAsync(new IdentityProviderBookState { Providers = [.. state.State.Providers, added] });
        await PublishAsync();
        return added;
    }

    public async Task<Problem?> RemoveAsync(string id, Caller caller)
    {
        var kept = state.State.Providers.Where(provider => !string.Equals(provider.Id, id, StringComparison.Ordinal)).ToArray();
        if (kept.Length == state.State.Providers.Length)
        {
            return Problem.NotFound("identity provider");
        }

        await state.SaveAsync(new IdentityProviderBookState { Providers = kept });
        await PublishAsync();
        return null;
    }

    private Task PublishAsync() =>
        grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), ChangeKind.IdentityProviders, ""));
}
