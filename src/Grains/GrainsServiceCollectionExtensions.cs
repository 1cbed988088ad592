using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;
using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Alerts;
using Platform.Grains.Audit;
using Platform.Grains.Deletions;
using Platform.Grains.Files;
using Platform.Grains.IdentityProviders;
using Platform.Grains.Incidents;
using Platform.Grains.Logins;
using Platform.Grains.PersonalData;
using Platform.Grains.Secrets;
using Platform.Grains.SigningKeys;
using Platform.Grains.Tenancy;
using Platform.Grains.Webhooks;
using Platform.Grains.Wire;

namespace Platform.Grains;

public static class GrainsServiceCollectionExtensions
{
    /// <summary>
    /// What the grains need beside their ports (<c>IStateIndex</c>, <c>ITenantRows</c>, <c>ITenantStore</c>s, <c>IPersonalStore</c>s, <c>IFileStore</c>, <c>IAuditLog</c>, <c>ISecretStore</c>, <c>IWebhookSender</c>, <c>CredentialHasher</c>, <c>SealingSecret</c>, <c>FactorSealer</c>, a default grain storage), which the host provides.
    /// </summary>
    public static ISiloBuilder AddPlatformGrains(this ISiloBuilder silo, Action<GrainOptions>? configure = null)
    {
        silo.Services.AddOptions<GrainOptions>().Configure(configure ?? (_ => { }));
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton(services => new TenantGrains(services.GetRequiredService<IGrainFactory>()));
        silo.Services.TryAddSingleton<PasswordWork>();
        silo.Services.TryAddSingleton<IKeySigner, VaultKeySigner>();
        silo.Services.AddSingleton<IAlertChannel, LogAlertChannel>();
        silo.Services.AddSingleton<IAlertChannel, IncidentAlertChannel>();
        silo.Services.AddSingleton<IAlertChannel, WebhookAlertChannel>();
        silo.Services.AddSingleton<AlertNewsDesk>();
        silo.Services.AddSingleton<TenantReminders>();
        silo.Services.AddSingleton<PurgeSteps>();
        silo.Services.AddSingleton<ITenantStore, TenantFiles>();
        silo.Services.AddSingleton<IPersonalStore, PersonalSignIn>();
        silo.Services.AddSingleton<IPersonalStore, PersonalSessions>();
        silo.Services.AddSingleton<IPersonalStore, PersonalKeys>();
        silo.Services.AddSingleton<IPersonalStore, PersonalCertificates>();
        silo.Services.AddSingleton<AuthoredThings>();
        silo.Services.AddSingleton<ErasureSteps>();
        silo.Services.AddSingleton<ExportSteps>();
        silo.Services.AddSecretOwners();
        silo.Services.AddSingleton<WebhookSecrets>();
        silo.Services.AddSingleton<WebhookTrailReader>();
        silo.Services.AddSingleton<WebhookCourier>();
        silo.Services.AddPlatformWire();
        silo.AddIncomingGrainCallFilter<TenantCallFilter>();
        return silo;
    }

    private static void AddSecretOwners(this IServiceCollection services)
    {
        services.AddSingleton(new PlatformSecret(CredentialHasher.SecretName, SecretUse.Platform, "hashes of keys and sessions"));
        services.AddSingleton(new PlatformSecret(SealingSecret.SecretName, SecretUse.Platform, "sealed handles of MCP"));
        services.AddSingleton(new PlatformSecret(FactorSealer.SecretName, SecretUse.Platform, "authenticators at rest"));
        services.AddSingleton<ISecretOwner, PlatformSecrets>();
        services.AddSingleton<ISecretOwner, SigningKeySecrets>();
        services.AddSingleton<ISecretOwner, ProviderSecrets>();
        services.AddSingleton<ISecretOwner, WebhookSecretNames>();
        services.AddSingleton<ISecretOwner, TrailSecrets>();
    }
}
