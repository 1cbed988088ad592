using Microsoft.EntityFrameworkCore;
using Platform.Api.OAuth;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Platform.Silo.OAuth;

/// <summary>Each step is one statement, so that of many who try at once one succeeds, on however many nodes they are.</summary>
internal sealed class TokenRecords(OAuthDbContext records, TimeProvider clock) : ITokenRecords
{
    public async ValueTask<bool> RedeemAsync(string token, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return await records.WriteAsync(
            () => records.Tokens
                .Where(row => row.Id == token && row.Status == Statuses.Valid && (row.Authorization == null || row.Authorization.Status == Statuses.Valid))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, Statuses.Redeemed).SetProperty(row => row.RedemptionDate, now), cancel),
            cancel) == 1;
    }

    public async ValueTask<(int Grants, int Tokens)> RevokeAllAsync(CancellationToken cancel)
    {
        // The grants first, as below.
        var grants = await records.WriteAsync(
            () => records.Authorizations.Where(row => row.Status == Statuses.Valid).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, Statuses.Revoked), cancel), cancel);
        var tokens = await records.WriteAsync(
            () => records.Tokens.Where(row => row.Status == Statuses.Valid).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, Statuses.Revoked), cancel), cancel);
        return (grants, tokens);
    }

    public async ValueTask<TokenOrigin?> FindAsync(string token, CancellationToken cancel) =>
        await records.Tokens.AsNoTracking().Where(row => row.Id == token).Select(row => new TokenOrigin(row.Authorization == null ? null : row.Authorization.Id)).FirstOrDefaultAsync(cancel);

    public async ValueTask RevokeAsync(string token, CancellationToken cancel) =>
        await records.WriteAsync(
            () => records.Tokens.Where(row => row.Id == token).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, Statuses.Revoked), cancel), cancel);

    public async ValueTask RevokeFamilyAsync(string family, CancellationToken cancel)
    {
        // The grant first: a token that is being made from it right now is worth nothing from here on.
        await records.WriteAsync(
            () => records.Authorizations.Where(row => row.Id == family).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, Statuses.Revoked), cancel), cancel);
        await records.WriteAsync(
            () => records.Tokens.Where(row => row.Authorization!.Id == family).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, Statuses.Revoked), cancel), cancel);
    }
}
