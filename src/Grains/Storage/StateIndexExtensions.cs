using System.Runtime.CompilerServices;

namespace Platform.Grains.Storage;

internal static class StateIndexExtensions
{
    private const int Round = 1_000;

    /// <summary>Every row of one type in one tenant, by key, read in rounds: what an index is rebuilt from.</summary>
    public static async IAsyncEnumerable<StateRow> AllAsync(this IStateIndex index, string tenant, string grainType, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? after = null;
        while (true)
        {
            var rows = await index.ListAsync(tenant, grainType, after, Round, cancel);
            foreach (var row in rows)
            {
                yield return row;
            }

            if (rows.Count < Round)
            {
                yield break;
            }

            after = rows[^1].Key;
        }
    }
}
