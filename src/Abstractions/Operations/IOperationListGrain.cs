namespace Platform.Abstractions.Operations;

/// <summary>Lists the platform's operations. Key: <c>_sys/list</c>; any silo answers.</summary>
[Alias("operation-list")]
public interface IOperationListGrain : IGrainWithStringKey
{
    /// <summary>By tenant, without their steps.</summary>
    /// <param name="state">Those in this state; null for all.</param>
    /// <param name="after">The tenant of the last one of the page before, or null.</param>
    /// <param name="pageSize">1 to 201.</param>
    [Alias("page")]
    Task<OperationView[]> PageAsync(OperationState? state, string? after, int pageSize);
}
