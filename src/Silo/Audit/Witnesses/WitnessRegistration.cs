using Platform.Abstractions.Tenancy;
using Platform.Api.Outbound;
using Platform.Hosting;

namespace Platform.Silo.Audit.Witnesses;

/// <summary>The watch and its witnesses for the composition root.</summary>
internal static class WitnessRegistration
{
    /// <summary>After the silo, which it asks, and before whatever serves or writes.</summary>
    public static IServiceCollection AddAuditWatch(this IServiceCollection services, AuditOptions options)
    {
        var every = TimeSpan.FromMinutes(options.CheckpointMinutes);
        if (options.Witness.File.Length > 0)
        {
            services.AddSingleton<IAuditWitness>(new FileWitness(options.Witness.File));
        }

        if (options.Witness.Url.Length > 0)
        {
            services.AddSingleton<IAuditWitness>(provider => Http(options.Witness, provider));
        }

        services.AddSingleton<WitnessBoard>();
        services.AddSingleton(provider => new WitnessFeed(
            provider.GetServices<IAuditWitness>(), provider.GetRequiredService<TenantGrains>(), provider.GetRequiredService<WitnessBoard>(),
            provider.GetRequiredService<TimeProvider>(), every, provider.GetRequiredService<ILogger<WitnessFeed>>()));
        return services.AddHostedService(provider => provider.GetRequiredService<WitnessFeed>());
    }

    private static HttpWitness Http(WitnessOptions options, IServiceProvider provider)
    {
        var url = new Uri(options.Url);
        _ = InsideNetworks.Read(options.Networks, out var inside);

        // The operator named it: loopback only where the URL says so, and the networks that are listed.
        var policy = new OutboundPolicy { AllowLoopback = url.IsLoopback, Networks = inside };
        return new HttpWitness(url, options.Authorization.Reveal(), new DocumentFetcher(policy, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DocumentFetcher>>()));
    }
}
