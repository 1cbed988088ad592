using Orleans.Configuration;
using Platform.Abstractions.Files;
using Platform.Abstractions.Operations;
using Platform.Admin;
using Platform.Admin.Management;
using Platform.Api;
using Platform.Grains;
using Platform.Grains.Logins;
using Platform.Grains.Secrets;
using Platform.Grains.Webhooks;
using Platform.Hosting;
using Platform.Hosting.Listeners;
using Platform.Hosting.Startup;
using Platform.Hosting.Telemetry;
using Platform.Silo.Audit.Sinks;
using Platform.Silo.Audit.Witnesses;
using Platform.Silo.Bootstrap;
using Platform.Silo.Cluster;
using Platform.Silo.Files;
using Platform.Silo.Health;
using Platform.Silo.Operations;
using Platform.Silo.Secrets;
using Platform.Api.Security;
using Platform.Silo.Storage;
using Platform.Silo.Webhooks;

namespace Platform.Silo;

/// <summary>The composition root: silo, API and console in one process on two listeners.</summary>
public static class PlatformHost
{
    /// <summary>Checks the configuration, takes the data directory and builds the application; nothing listens yet.</summary>
    /// <exception cref="StartupException">The configuration is not valid.</exception>
    /// <exception cref="SecretStoreException">The vault does not answer, or forbids what the silo needs.</exception>
    /// <exception cref="DataDirectoryException">The data directory is in use, unwritable or corrupt.</exception>
    public static async Task<WebApplication> BuildAsync(string[] args, Action<WebApplicationBuilder>? customize = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,

            // In the framework's Development it would answer failures with stack traces by itself (ER-3); there is no such mode here.
            EnvironmentName = Environments.Production,
        });
        customize?.Invoke(builder);
        var configuration = ConfigurationHash.Of(builder.Configuration);
        var references = SecretReferences.Names(builder.Configuration);
        var vault = await SecretReferences.ResolveAsync(builder.Configuration, CancellationToken.None);
        PostgresDatabase? database = null;
        try
        {
            var options = ValidatedOptions.Read(builder.Configuration, PlatformOptions.Section, new PlatformOptionsValidator());

            // Before anything is made: a first start whose ports are taken would make credentials that nobody ever sees.
            FreePorts.Require(options);
            var certificate = options.Tls.CertificateFile.Length == 0 ? null : ListenerCertificate.Load(options.Tls, TimeProvider.System);
            vault ??= SiloVault.Open(options);
            builder.Services.AddSingleton(options);
            builder.WebHost.ConfigureKestrel(kestrel => KestrelListeners.Configure(kestrel, options.Urls, options.Limits, certificate, options.Tls.ManagementClientCertificates));
            if (certificate is not null)
            {
                builder.Services.AddSingleton(certificate);
                builder.Services.AddHostedService<CertificateWatch>();

                // The console calls the listener of its own process, whose certificate need not name a loopback address: it is known, not looked up.
                builder.Services.AddSingleton(new ManagementServer(certificate.Is));
            }

            database = await ClusterConnection.OpenAsync(options, vault, CancellationToken.None);
            await AddSiloAsync(builder, options, vault, database);
            builder.Services.AddSecretReferences(references);
            builder.Services.AddAuditSinks(options);
            builder.Services.AddSingleton<IProcessHealth, ProcessHealth>();
            builder.Services.AddApiRole(api =>
            {
                Configure(api, options);
                api.ConfigurationHash = configuration;
            });
            builder.Services.AddAdminRole(admin => (admin.ManagementUrl, admin.EndpointUrl) = (options.Urls.Management.TrimEnd('/'), options.Urls.PublicBase()));
            builder.Services.AddPlatformTelemetry(options.Telemetry);
            builder.Services.AddRedactedLogging();
            builder.Services.AddHostedService<Drain>();
            builder.Services.AddSingleton<FirstStart>();
            builder.Services.AddHostedService(services => services.GetRequiredService<FirstStart>());
            builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20) + options.Cluster.Drain);
            var app = builder.Build();
            Map(app);
            return app;
        }
        catch
        {
            database?.Dispose();
            vault?.Dispose();
            throw;
        }
    }

    private static async Task AddSiloAsync(WebApplicationBuilder builder, PlatformOptions options, SiloVault vault, PostgresDatabase? database)
    {
        builder.Services.AddDataDirectory(vault.Directory);

        // Without the vault's pepper no key could be checked: the operator hears at once of a vault that was tampered with, or does not answer.
        builder.Services.AddSecretStore(vault.Secrets);
        builder.Services.AddSingleton(await CredentialHasher.LoadAsync(vault.Secrets, CancellationToken.None));
        builder.Services.AddSingleton(await SealingSecret.LoadAsync(vault.Secrets, CancellationToken.None));
        builder.Services.AddSingleton(await FactorSealer.LoadAsync(vault.Secrets, CancellationToken.None));
        builder.Services.AddVaultDataProtection();
        builder.Services.AddSandboxedFiles(options.Files.Directory);
        builder.Services.AddSingleton<IWebhookSender, WebhookSender>();
        builder.UseOrleans(silo =>
        {
            if (database is null)
            {
                silo.UseEmbedded(options);
            }
            else
            {
                silo.UseCluster(options, database);
            }

            silo.AddPlatformGrains(grains =>
            {
                grains.Environment = options.Environment;
                grains.PasswordRounds = options.Logins.PasswordRounds;
                grains.AuditRetentionDays = options.Audit.RetentionDays;
                grains.SecondFactor = options.Logins.Rule();
                grains.DeletionGrace = options.Tenants.DeletionGrace;
                Configure(grains.Files, options.Files);
                Configure(grains.AlertDefaults, options.Alerts.Defaults);
            });
            silo.AddActivityPropagation();
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromSeconds(2);
                membership.NumMissedProbesLimit = 2;
            });
        });
        builder.Services.AddAuditWatch(options.Audit);
    }

    private static void Configure(ApiOptions api, PlatformOptions options)
    {
        api.Environment = options.Environment;
        api.DataUrl = options.Urls.PublicBase();
        api.ManagementUrl = options.Urls.Management.TrimEnd('/');
        api.Domain = options.Domain;
        api.TenantLabels = options.Telemetry.TenantLabels;
        (api.RefusalsAtOnce, api.RefusalsPerMinute) = (options.Limits.RefusalsAtOnce, options.Limits.RefusalsPerMinute);
        api.AccessTokenLife = TimeSpan.FromMinutes(options.OAuth.AccessTokenMinutes);
        api.RefreshTokenLife = TimeSpan.FromDays(options.OAuth.RefreshTokenDays);
        api.ResumeNeedsTwo = options.Incidents.ResumeNeedsTwo switch { "auto" => SecondOperator.Auto, "never" => SecondOperator.Never, _ => SecondOperator.Always };
        api.ResumeRequestLife = TimeSpan.FromMinutes(options.Incidents.ResumeRequestMinutes);
        api.SecurityContact = options.Security is var security && security.ContactList() is { Length: > 0 } contacts
            ? new SecurityContact(contacts, security.ExpiresAt()!.Value, security.Policy.Length == 0 ? null : security.Policy, security.LanguageList())
            : null;
        _ = InsideNetworks.Read(options.Webhooks.Networks, out var receivers);
        api.WebhookNetworks = receivers;
        api.Mail = options.Mail.Host.Length == 0 ? null : options.Mail;
        ProxyNetworks.Read(options.Proxies, out var proxies);
        api.Proxies = proxies;
        foreach (var host in options.Urls.Names().Concat(options.Hosts.Names()))
        {
            api.AllowedHosts.Add(host);
        }
    }

    private static void Configure(FileRules rules, FileSettings files)
    {
        (rules.TenantBytes, rules.MaxFiles, rules.MaxFileBytes) = (files.TenantBytes, files.MaxFiles, files.MaxFileBytes);
        _ = FileTypes.Read(files.Types, out var types);
        rules.Types = types;
    }

    private static void Configure(AlertDefaults defaults, AlertDefaultOptions options)
    {
        (defaults.AuthFailuresPerMinute, defaults.RateLimitViolationsPerMinute, defaults.ErrorRatePercentage) = (options.AuthFailuresPerMinute, options.RateLimitViolationsPerMinute, options.ErrorRatePercentage);
        (defaults.LatencyP95Milliseconds, defaults.RequestSizeP95Bytes, defaults.MemoryUsagePercentage) = (options.LatencyP95Milliseconds, options.RequestSizeP95Bytes, options.MemoryUsagePercentage);
    }

    private static void Map(WebApplication app)
    {
        // The builder would put these in front of the data plane by itself; the console brings its own, for its own endpoints.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        ((IApplicationBuilder)app).Properties["__AuthorizationMiddlewareSet"] = true;

        app.UseStrictTransport();
        var data = ApiRole.DataPlane(app.Services);
        app.Use(next => http => http.Listener() switch
        {
            ListenerKind.Data => data(http),
            ListenerKind.Management => next(http),
            _ => Task.CompletedTask,
        });
        app.UseManagementHosts();
        app.UseThisMachine();
        app.UseRouting();
        app.UseManagementGate();
        app.UseAdminRole();
        app.MapManagementApi();
        app.MapHealth();
        app.MapAuditHealth();
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapAdminRole();
    }
}
