namespace Platform.Client;

/// <summary>A page of a list; the last one has no token.</summary>
internal interface IPage<out T>
{
    IReadOnlyList<T> Items { get; }

    string? NextPageToken { get; }
}
