using Platform.Abstractions.Tenants;

namespace Platform.Silo.Storage;

/// <summary>Deletes rows as they were found: one that was written meanwhile stays, and is found again.</summary>
internal static class DoomedRows
{
    public static async Task<int> SweepAsync(this IGrainStateTable table, IReadOnlyList<DoomedState> rows, CancellationToken cancel)
    {
        await Task.WhenAll(rows.Select(row => table.WriteAsync(new StateWrite(row.Key, StateChange.Sweep) { Expected = row.Version }, cancel)));
        return rows.Count;
    }

    /// <summary>The platform's own rows are nobody's to close, nor is anything that is no tenant.</summary>
    public static void RequireTenant(string tenant)
    {
        if (!TenantId.TryParse(tenant, out var id) || id == TenantId.Platform)
        {
            throw new ArgumentException("This is no tenant whose rows could go.", nameof(tenant));
        }
    }
}
