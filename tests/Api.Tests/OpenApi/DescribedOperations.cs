using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.OpenApi;

/// <summary>Which operation of the description a request is.</summary>
internal static class DescribedOperations
{
    private static readonly DescribedPaths<JsonObject> All = new(Description.Operations);

    /// <summary>Null for what the description does not have. A HEAD is its GET.</summary>
    public static JsonObject? Find(HttpMethod method, string path) => All.Find((method == HttpMethod.Head ? HttpMethod.Get : method).Method, path);
}
