using System.Text;

namespace Platform.Api.Tests.Validation;

/// <summary>Bodies of a wanted shape; the root object is depth 1.</summary>
internal static class JsonBodies
{
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] OfDepth(int depth) =>
        Utf8(string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1));

    public static byte[] OfArrayDepth(int depth) =>
        Utf8("{\"a\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}");

    public static string ObjectOf(int properties) =>
        "{" + string.Join(',', Enumerable.Range(0, properties).Select(i => $"\"p{i}\":1")) + "}";

    public static byte[] OfItems(int items) => Utf8("{\"a\":[" + string.Join(',', Enumerable.Repeat("1", items)) + "]}");

    /// <summary>The root, arrays of at most 10 000 items, and enough scalars to make up the count.</summary>
    public static byte[] OfNodes(int nodes)
    {
        var left = nodes - 1;
        var text = new StringBuilder("{");
        for (var i = 0; left > 0; i++)
        {
            var items = Math.Min(left - 1, 9_000);
            text.Append(i == 0 ? "" : ",").Append($"\"a{i}\":[").AppendJoin(',', Enumerable.Repeat("1", items)).Append(']');
            left -= items + 1;
        }

        return Utf8(text.Append('}').ToString());
    }
}
