using Orleans.Concurrency;
using Platform.Abstractions.Mcp;
using Platform.Grains.Secrets;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Mcp;

[GrainType("sealing-key-ring"), StatelessWorker]
internal sealed class SealingKeyGrain(SealingSecret secret, TimeProvider clock) : Grain, ISealingKeyGrain
{
    public Task<SealingKey[]> KeysAsync()
    {
        var tenant = GrainContext.TenantOf();
        var today = clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerDay;
        return Task.FromResult<SealingKey[]>([new(today, secret.Derive(tenant, today)), new(today - 1, secret.Derive(tenant, today - 1))]);
    }
}
