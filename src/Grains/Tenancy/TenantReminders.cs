using Orleans.Runtime;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Tenancy;

/// <summary>The reminders of a tenant's grains.</summary>
internal sealed class TenantReminders(IReminderTable table)
{
    /// <summary>So many times the table is read in parts, which keeps each of them small.</summary>
    private const uint Parts = 64;

    private const uint Part = (uint)((1UL << 32) / Parts);

    /// <summary>Removes them; a silo that holds one in memory forgets it when it next reads the table.</summary>
    public async Task RemoveAsync(TenantId tenant, CancellationToken cancel)
    {
        for (uint part = 0; part < Parts; part++)
        {
            cancel.ThrowIfCancellationRequested();

            // The first is excluded, the last included: the first part goes over the highest hash.
            var rows = await table.ReadRows(unchecked((part * Part) - 1), (part * Part) + Part - 1, cancel);
            foreach (var row in rows.Reminders.Where(row => GrainKeys.TryParse(row.GrainId.Key.ToString(), out var owner, out _) && owner == tenant))
            {
                await table.RemoveRow(row.GrainId, row.ReminderName, row.ETag ?? "", cancel);
            }
        }
    }
}
