using System.Runtime.CompilerServices;

namespace Platform.Client;

/// <summary>Lists, read to their end.</summary>
internal static class Pages
{
    public static async IAsyncEnumerable<T> AllAsync<TPage, T>(Func<string?, Task<TPage>> page, [EnumeratorCancellation] CancellationToken cancellationToken) where TPage : IPage<T>
    {
        string? token = null;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var one = await page(token).ConfigureAwait(false);
            foreach (var item in one.Items)
            {
                yield return item;
            }

            token = one.NextPageToken;
        }
        while (token is not null);
    }
}
