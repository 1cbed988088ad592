using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Changes;
using Platform.Abstractions.Tenancy;
using Platform.Api.Authentication;
using Platform.Api.Authentication.Tokens;
using Platform.Api.ClientCertificates;
using Platform.Api.Mcp.Sockets;
using Platform.Api.RateLimits;
using Platform.Api.Tenants;

namespace Platform.Api.Changes;

/// <summary>
/// Drops what this node holds when a grain says that it changed. A push that is lost costs seconds, not safety: verdicts age out by themselves.
/// </summary>
internal sealed partial class ChangeListener(
    IGrainFactory factory,
    TenantGrains grains,
    TenantCache tenants,
    CallerCache callers,
    TokenAuthenticator tokens,
    TenantKeys signingKeys,
    ITokenRevocation revocation,
    TrustedIssuers issuers,
    ProviderKeys providerKeys,
    CertificateCallers certificates,
    KnownKeys known,
    KeyOwners owners,
    KnownHosts hosts,
    OpenSockets sockets,
    RatePolicies limits,
    TimeProvider clock,
    ILogger<ChangeListener> logger) : BackgroundService, IChangeObserver
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    public ValueTask ChangedAsync(Change change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Tenant:
                tenants.Drop(change.Id);
                callers.DropTenant(change.Tenant);
                tokens.DropTenant(change.Tenant);
                break;
            case ChangeKind.Keys:
                known.Drop(change.Tenant);
                owners.Drop();
                break;
            case ChangeKind.SigningKeys:
                signingKeys.Drop(change.Tenant);
                tokens.DropTenant(change.Tenant);
                break;
            case ChangeKind.Tokens:
                revocation.Drop(change.Tenant);
                tokens.DropTenant(change.Tenant);
                break;
            case ChangeKind.IdentityProviders:
                issuers.Drop(change.Tenant);
                callers.DropTenant(change.Tenant);
                providerKeys.Drop(change.Tenant);
                tokens.DropTenant(change.Tenant);
                break;
            case ChangeKind.RateLimits:
                limits.Drop(change.Tenant);
                break;
            case ChangeKind.Hosts:
                hosts.Drop();
                break;
            default:
                callers.DropTenant(change.Tenant);
                tokens.DropTenant(change.Tenant);
                break;
        }

        certificates.DropTenant(change.Tenant);
        sockets.JudgeAgain(change.Tenant);

        return ValueTask.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The runtime holds observers weakly; this service lives as long as the process.
        var self = factory.CreateObjectReference<IChangeObserver>(this);
        using var timer = new PeriodicTimer(Renewal, clock);
        do
        {
            try
            {
                await grains.Platform.Get<IChangeFeedGrain>("changes").SubscribeAsync(self);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Log.RenewalFailed(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ChangeFeedRenewalFailed", Level = LogLevel.Warning, Message = "The change feed could not be joined; verdicts still age out within seconds.")]
        public static partial void RenewalFailed(ILogger logger, Exception failure);
    }
}
