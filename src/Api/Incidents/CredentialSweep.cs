using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Abstractions.ClientCertificates;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;
using Platform.Api.Authentication.Tokens;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Clients;

namespace Platform.Api.Incidents;

/// <summary>
/// Ends every credential of a tenant. One write decides for keys, sessions and sign-ins, one for access tokens, one statement for refresh tokens; the rows of single credentials are
/// then cleared away, as many as a request has time for. Each step can be done again, so a sweep that was cut short goes on where it was.
/// </summary>
internal sealed class CredentialSweep(TenantGrains grains, ITokenRevocation revocations, IServiceScopeFactory scopes, IOptions<ApiOptions> options, TimeProvider clock)
{
    private const int Page = 200;

    /// <summary>Rows that are cleared at the same time.</summary>
    private const int AtOnce = 20;

    public async ValueTask<Result<CredentialsRevoked>> RunAsync(TenantView tenant, RevokeCredentials command, Caller caller, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        if (!(await BeginAsync(tenant, command, caller)).Try(out var before, out var refused))
        {
            return refused;
        }

        var own = grains.For(tenant.Id);
        // Access tokens twice: what was being made while the refresh tokens were revoked is younger than the first time.
        if (await RefuseTokensAsync(tenant, caller) is { } full)
        {
            return full;
        }

        var (grants, tokens, secrets) = await SweepOAuthAsync(tenant, cancel);
        if (await RefuseTokensAsync(tenant, caller) is { } fullAgain)
        {
            return fullAgain;
        }

        var certificates = 0;
        foreach (var certificate in await own.The<IClientCertificatesGrain>().ListAsync())
        {
            certificates += await own.The<IClientCertificatesGrain>().RevokeAsync(certificate.Id, caller) is null ? 1 : 0;
        }

        var (sessions, sessionsDone) = await SweepSessionsAsync(own, before, started);
        var (keys, keysDone) = await SweepKeysAsync(own, before, caller, started);
        return new CredentialsRevoked
        {
            Before = before,
            Complete = sessionsDone && keysDone,
            Keys = keys,
            Sessions = sessions,
            Grants = grants,
            Tokens = tokens,
            ClientSecrets = secrets,
            ClientCertificates = certificates,
        };
    }

    /// <summary>The moment up to which a revocation ends what there is: that of the one that goes on, or now.</summary>
    public async ValueTask<Result<DateTimeOffset>> BeginAsync(TenantView tenant, RevokeCredentials command, Caller caller)
    {
        if (command.Before is { } earlier)
        {
            return earlier == tenant.CredentialsRevokedAt
                ? earlier
                : Problem.Invalid([new FieldError("before", "This is not the latest revocation of this tenant; leave it out to begin another.")]);
        }

        return (await grains.For(tenant.Id).The<ITenantGrain>().RevokeCredentialsAsync(caller)).Try(out var view, out var refused) ? view.CredentialsRevokedAt!.Value : refused;
    }

    private Task<Problem?> RefuseTokensAsync(TenantView tenant, Caller caller) =>
        revocations.RevokeAsync(RevokedKind.Tenant, TokenRevocation.Everything, caller with { Tenant = tenant.Id });

    private async ValueTask<(int Grants, int Tokens, int Secrets)> SweepOAuthAsync(TenantView tenant, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<OAuthTenant>().Enter(tenant, options.Value.DataUrl);
        var (grants, tokens) = await scope.ServiceProvider.GetRequiredService<ITokenRecords>().RevokeAllAsync(cancel);
        return (grants, tokens, await scope.ServiceProvider.GetRequiredService<ClientRegistry>().RevokeSecretsAsync(cancel));
    }

    private async ValueTask<(int Ended, bool Done)> SweepSessionsAsync(TenantGrains.Scoped own, DateTimeOffset before, long started)
    {
        var (ended, after) = (0, (string?)null);
        while (await own.The<ISessionListGrain>().PageAsync(null, after, Page) is { Length: > 0 } open)
        {
            foreach (var some in open.Where(session => session.OpenedAt <= before).Chunk(AtOnce))
            {
                if (IsLate(started))
                {
                    return (ended, false);
                }

                await Task.WhenAll(some.Select(session => own.Get<IConsoleSessionGrain>(session.Id).CloseAsync()));
                ended += some.Length;
            }

            after = open[^1].Id;
        }

        return (ended, true);
    }

    private async ValueTask<(int Revoked, bool Done)> SweepKeysAsync(TenantGrains.Scoped own, DateTimeOffset before, Caller caller, long started)
    {
        var (revoked, after) = (0, (string?)null);
        var active = new KeyFilter { Status = KeyStatus.Active };
        while (await own.The<IKeyIndexGrain>().PageAsync(after, Page, active) is { Length: > 0 } page)
        {
            foreach (var some in page.Where(key => key.CreatedAt <= before).Chunk(AtOnce))
            {
                if (IsLate(started))
                {
                    return (revoked, false);
                }

                await Task.WhenAll(some.Select(key => own.Get<IKeyGrain>(key.Id).RevokeAsync(caller)));
                revoked += some.Length;
            }

            after = page[^1].Id;
        }

        return (revoked, true);
    }

    private bool IsLate(long started) => clock.GetElapsedTime(started) > options.Value.RequestTimeout / 2;
}
