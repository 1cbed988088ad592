using Orleans.Core.Internal;
using Orleans.Runtime;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Tenancy;

/// <summary>
/// The only place that hands out grain references: each is bound to one tenant (raw <c>GetGrain</c> is a banned API).
/// <see cref="For"/> also enters the tenant's scope, for the rest of the asynchronous method that calls it: make a reference in the method that uses it.
/// One that is used elsewhere is refused by the silo, not served.
/// </summary>
public sealed class TenantGrains(IGrainFactory factory)
{
    private const int EndedAtOnce = 100;

    /// <summary>References of one tenant. Call it after the caller's right to that tenant was decided.</summary>
    public Scoped For(TenantId tenant)
    {
        TenantScope.Enter(tenant);
        return new Scoped(factory, tenant);
    }

    /// <summary>References to the platform's own grains.</summary>
    public Scoped Platform => For(TenantId.Platform);

    /// <summary>What the runtime tells of silos and of what is active on them; it acts for no tenant.</summary>
#pragma warning disable RS0030 // This is the factory the ban points to.
    public IManagementGrain Runtime => factory.GetGrain<IManagementGrain>(0);
#pragma warning restore RS0030

    /// <summary>
    /// Ends a tenant's grains that are in memory, on whichever silo, once they have nothing to do; what they hold is not stored. Asks every silo what it has, so it is for rare occasions.
    /// </summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="stays">Grain types that go on.</param>
    public async Task EndAsync(TenantId tenant, params string[] stays)
    {
#pragma warning disable RS0030 // This is the factory the ban points to; the ids are those that the runtime tells.
        var active = await factory.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        foreach (var some in active.Select(grain => grain.GrainId).Where(id => IsOf(id, tenant) && !stays.Contains(id.Type.ToString(), StringComparer.Ordinal)).Distinct().Chunk(EndedAtOnce))
        {
            await Task.WhenAll(some.Select(id => factory.GetGrain<IGrainManagementExtension>(id).DeactivateOnIdle().AsTask()));
        }
#pragma warning restore RS0030
    }

    private static bool IsOf(GrainId grain, TenantId tenant) => GrainKeys.TryParse(grain.Key.ToString(), out var owner, out _) && owner == tenant;

    public readonly struct Scoped
    {
        private readonly IGrainFactory _factory;
        private readonly TenantId _tenant;

        internal Scoped(IGrainFactory factory, TenantId tenant)
        {
            _factory = factory;
            _tenant = tenant;
        }

#pragma warning disable RS0030 // This is the factory the ban points to.
        /// <summary>The grain of which a tenant has exactly one.</summary>
        public T The<T>() where T : IGrainWithStringKey => _factory.GetGrain<T>(GrainKeys.For(_tenant));

        /// <summary>A grain of which a tenant has many.</summary>
        public T Get<T>(string rest) where T : IGrainWithStringKey => _factory.GetGrain<T>(GrainKeys.For(_tenant, rest));
#pragma warning restore RS0030
    }
}
