using FluentValidation;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Api.Configurations;

internal static class ConfigurationsRegistration
{
    public static void AddConfigurations(this IServiceCollection services)
    {
        services.AddSingleton<ConfigurationReader>();
        services.AddSingleton<RoleSection>();
        services.AddSingleton<LimitSection>();
        services.AddSingleton<AlertSection>();
        services.AddSingleton<MemberSection>();
        services.AddSingleton<ConfigurationPlanner>();
        services.AddSingleton<ConfigurationRun>();
        services.AddSingleton<IValidator<TenantConfiguration>, TenantConfigurationValidator>();
    }
}
