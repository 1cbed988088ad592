namespace Platform.Api.Management;

/// <summary>One page of a list.</summary>
/// <param name="Items">At most as many as were asked for.</param>
/// <param name="NextPageToken">Where the next page begins; absent on the last.</param>
internal sealed record PageOf<T>(IReadOnlyList<T> Items, string? NextPageToken);

/// <summary>A list that is small by its own limits: it has one page.</summary>
internal sealed record ListOf<T>(IReadOnlyList<T> Items);
