namespace Platform.Abstractions.Operations;

/// <summary>Lists operations. Key: <c>_sys/list</c>, and <c>{tenant}/list</c> for those on a tenant's people; any silo answers.</summary>
[Alias("operation-list")]
public interface IOperationListGrain : IGrainWithStringKey
{
    /// <summary>By tenant, without their steps.</summary>
    /// <param name="state">Those in this state; null for all.</param>
    /// <param name="after">The tenant of the last one of the page before, or null.</param>
    /// <param name="pageSize">1 to 201.</param>
    [Alias("page")]
    Task<OperationView[]> PageAsync(OperationState? state, string? after, int pageSize);

    /// <summary>Exports and erasures of people of the key's tenant, without their steps: erasures first, each kind by principal.</summary>
    /// <param name="state">Those in this state; null for all.</param>
    /// <param name="after">The id of the last one of the page before, or null.</param>
    /// <param name="pageSize">1 to 201.</param>
    [Alias("of-people")]
    Task<OperationView[]> OfPeopleAsync(OperationState? state, string? after, int pageSize);

    /// <summary>Erasures of people of the key's tenant that are over, by principal, without their steps.</summary>
    /// <param name="after">The principal of the last one of the page before, or null.</param>
    /// <param name="pageSize">1 to 201.</param>
    [Alias("erasures")]
    Task<OperationView[]> ErasuresAsync(string? after, int pageSize);
}
