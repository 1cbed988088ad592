using Platform.Abstractions.Tenants;

namespace Platform.Admin.Management;

/// <summary>Lists that are shown as a whole, which REST answers page by page.</summary>
internal static class AllPages
{
    /// <summary>The items of all pages, or why one of them could not be had.</summary>
    /// <param name="page">Asks for the page of a token; the first has none.</param>
    /// <param name="most">As soon as there are more, no further page is asked for.</param>
    public static async Task<Answer<IReadOnlyList<T>>> ReadAsync<T>(Func<string?, Task<Answer<Page<T>>>> page, int most = int.MaxValue)
    {
        List<T> items = [];
        string? token = null;
        do
        {
            if (!(await page(token)).Try(out var read, out var problem))
            {
                return new Answer<IReadOnlyList<T>>(problem);
            }

            items.AddRange(read.Items);
            token = read.NextPageToken;
        }
        while (token is not null && items.Count <= most);
        return new Answer<IReadOnlyList<T>>(items);
    }
}
