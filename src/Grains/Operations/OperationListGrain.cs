using System.Text.Json;
using Orleans.Concurrency;
using Platform.Abstractions.Operations;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Operations;

/// <summary>Pages straight from storage by key.</summary>
[GrainType("operation-list"), StatelessWorker]
internal sealed class OperationListGrain(IStateIndex rows) : Grain, IOperationListGrain
{
    private const string Erasure = "erasure";
    private const string Export = "personal-export";

    public Task<OperationView[]> PageAsync(OperationState? state, string? after, int pageSize) => ReadAsync(TenantId.Platform, "tenant-purge", state, after, pageSize);

    public async Task<OperationView[]> OfPeopleAsync(OperationState? state, string? after, int pageSize)
    {
        var tenant = GrainContext.TenantOf();
        var isExport = PersonalDataId.TryReadExport(after ?? "", out _, out var exported);
        var erasures = isExport ? [] : await ReadAsync(tenant, Erasure, state, PersonalDataId.TryReadErasure(after ?? "", out _, out var erased) ? erased : null, pageSize);
        return erasures.Length >= pageSize ? erasures : [.. erasures, .. await ReadAsync(tenant, Export, state, isExport ? exported : null, pageSize - erasures.Length)];
    }

    public Task<OperationView[]> ErasuresAsync(string? after, int pageSize) => ReadAsync(GrainContext.TenantOf(), Erasure, OperationState.Succeeded, after, pageSize);

    private async Task<OperationView[]> ReadAsync(TenantId tenant, string grainType, OperationState? state, string? after, int pageSize)
    {
        var wanted = Math.Clamp(pageSize, 1, 201);
        var page = new List<OperationView>(wanted);
        while (page.Count < wanted)
        {
            var found = await rows.ListAsync(tenant.ToString(), grainType, after, wanted, CancellationToken.None);
            foreach (var row in found)
            {
                after = row.Key;
                if (page.Count < wanted && row.Info is not null && JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.OperationView) is { } operation && (state is null || operation.State == state))
                {
                    page.Add(operation);
                }
            }

            if (found.Count < wanted)
            {
                break;
            }
        }

        return [.. page];
    }
}
