using Orleans.Runtime;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Tenancy;

namespace Platform.Api.Operations;

/// <summary>Silos and what is active on them, as the runtime tells it. A silo that does not answer is shown without its load, not waited for.</summary>
internal static class ClusterHealth
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>All that are or were of the cluster, the newest first.</summary>
    public static async Task<SiloView[]> SilosAsync(TenantGrains grains)
    {
        var runtime = grains.Runtime;
        var members = await runtime.GetDetailedHosts().WaitAsync(Patience);
        return await Task.WhenAll(members.OrderByDescending(member => member.Status == SiloStatus.Active).ThenByDescending(member => member.StartTime).Select(async member => View(member, await LoadAsync(runtime, member))));
    }

    /// <summary>By kind, most first.</summary>
    public static async Task<GrainCount[]> GrainsAsync(TenantGrains grains)
    {
        var statistics = await grains.Runtime.GetSimpleGrainStatistics().WaitAsync(Patience);
        return
        [
            .. statistics.GroupBy(statistic => Kind(statistic.GrainType), StringComparer.Ordinal)
                .Select(kind => new GrainCount(kind.Key, kind.Sum(statistic => statistic.ActivationCount), kind.Where(statistic => statistic.ActivationCount > 0).Select(statistic => statistic.SiloAddress).Distinct().Count()))
                .Where(kind => kind.Count > 0)
                .OrderByDescending(kind => kind.Count).ThenBy(kind => kind.Kind, StringComparer.Ordinal),
        ];
    }

    /// <summary>The class without its namespace, its assembly and the suffix that all have.</summary>
    internal static string Kind(string type)
    {
        var name = type.Split(',')[0];
        name = name[(name.LastIndexOf('.') + 1)..];
        return name.Length > 5 && name.EndsWith("Grain", StringComparison.Ordinal) ? name[..^5] : name;
    }

    private static async Task<SiloLoad?> LoadAsync(IManagementGrain runtime, MembershipEntry member)
    {
        if (member.Status != SiloStatus.Active)
        {
            return null;
        }

        try
        {
            var load = await runtime.GetRuntimeStatistics([member.SiloAddress]).WaitAsync(Patience);
            return load is [var own]
                ? new SiloLoad
                {
                    Grains = own.ActivationCount,
                    CpuPercentage = Math.Round(own.EnvironmentStatistics.FilteredCpuUsagePercentage, 1),
                    MemoryBytes = own.EnvironmentStatistics.RawMemoryUsageBytes,
                    MemoryLimit = own.EnvironmentStatistics.MaximumAvailableMemoryBytes,
                    IsOverloaded = own.IsOverloaded,
                }
                : null;
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            return null;
        }
    }

    private static SiloView View(MembershipEntry member, SiloLoad? load) => new()
    {
        Name = member.SiloName,
        Address = member.SiloAddress.ToParsableString(),
        State = member.Status switch
        {
            SiloStatus.Active => SiloState.Active,
            SiloStatus.Created or SiloStatus.Joining => SiloState.Starting,
            SiloStatus.ShuttingDown or SiloStatus.Stopping => SiloState.Stopping,
            _ => SiloState.Dead,
        },
        StartedAt = Utc(member.StartTime),
        SeenAt = Utc(member.IAmAliveTime > member.StartTime ? member.IAmAliveTime : member.StartTime),
        Load = load,
    };

    private static DateTimeOffset Utc(DateTime moment) => new(DateTime.SpecifyKind(moment, DateTimeKind.Utc));
}
