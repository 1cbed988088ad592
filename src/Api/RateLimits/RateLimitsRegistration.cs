using Microsoft.Extensions.DependencyInjection;

namespace Platform.Api.RateLimits;

internal static class RateLimitsRegistration
{
    public static IServiceCollection AddRateLimits(this IServiceCollection services) => services
        .AddSingleton<RateGate>()
        .AddSingleton<RatePolicies>()
        .AddSingleton<RefusalLimiter>();
}
