namespace Platform.Api.Alerts.Signals;

/// <summary>What was counted in one second; histograms as bucket, count, bucket, count.</summary>
internal sealed record SecondTotals(int AuthFailures, int RateLimited, int Requests, int Errors, int[] Latency, int[] Size)
{
    public static SecondTotals operator +(SecondTotals left, SecondTotals right) => new(
        left.AuthFailures + right.AuthFailures, left.RateLimited + right.RateLimited, left.Requests + right.Requests, left.Errors + right.Errors,
        Merge(left.Latency, right.Latency), Merge(left.Size, right.Size));

    private static int[] Merge(int[] left, int[] right)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return left.Length == 0 ? right : left;
        }

        var counts = new SortedDictionary<int, int>();
        foreach (var pairs in (int[][])[left, right])
        {
            for (var i = 0; i < pairs.Length; i += 2)
            {
                counts[pairs[i]] = counts.GetValueOrDefault(pairs[i]) + pairs[i + 1];
            }
        }

        return [.. counts.SelectMany(pair => new[] { pair.Key, pair.Value })];
    }
}
