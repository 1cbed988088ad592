using Platform.Abstractions.Alerts;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Configurations;

/// <summary>Reads what a tenant is set up to be, each part with the permission that its own routes need.</summary>
internal sealed class ConfigurationReader(TenantGrains grains)
{
    private const int Page = 200;

    public async Task<ConfigurationSnapshot> ReadAsync(TenantId tenant, PermissionSet granted)
    {
        var snapshot = new ConfigurationSnapshot();
        if (granted.AllowsAll(ConfigurationAccess.RolesRead))
        {
            var book = grains.For(tenant).The<IRoleBookGrain>();
            snapshot = snapshot with { Roles = await book.ListAsync(), GuestAccess = await book.GuestAccessAsync() };
        }

        if (granted.AllowsAll(ConfigurationAccess.LimitsRead))
        {
            snapshot = snapshot with
            {
                RateLimits = await grains.For(tenant).The<IRateLimitBookGrain>().GetAsync(),
                Plan = await grains.Platform.Get<IRateLimitPlanUseGrain>(tenant.ToString()).GetAsync(),
            };
        }

        if (granted.AllowsAll(ConfigurationAccess.AlertsRead))
        {
            snapshot = snapshot with { AlertRules = await grains.For(tenant).The<IAlertRuleGrain>().ListAsync() };
        }

        return granted.AllowsAll(ConfigurationAccess.MembersRead) ? snapshot with { Members = await MembersAsync(tenant) } : snapshot;
    }

    private async Task<PrincipalView[]> MembersAsync(TenantId tenant)
    {
        List<PrincipalView> all = [];
        while (true)
        {
            var page = await grains.For(tenant).The<IPrincipalIndexGrain>().PageAsync(null, all.Count == 0 ? null : all[^1].Id, Page);
            all.AddRange(page);
            if (page.Length < Page)
            {
                return [.. all];
            }
        }
    }
}
