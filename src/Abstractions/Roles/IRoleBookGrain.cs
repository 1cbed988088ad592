using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Roles;

/// <summary>A tenant's roles. Key: <c>{tenant}</c>.</summary>
[Alias("role-book")]
public interface IRoleBookGrain : IGrainWithStringKey
{
    /// <summary>The grants of all these roles together; a role that does not exist is a problem, never an empty grant.</summary>
    [Alias("resolve")]
    Task<Result<string[]>> ResolveAsync(string[] roles);
}
