using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Api.Management;

/// <summary>How REST reads and writes JSON: camelCase, nulls omitted, unknown and duplicate members refused (IN-6).</summary>
internal static class ManagementJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 10;
        options.Converters.Add(new EnumNames());
    }

    /// <summary>The same, for what is nested deeper than bodies may be.</summary>
    public static JsonSerializerOptions WithDepth(int depth)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        options.MaxDepth = depth;
        return options;
    }
}
