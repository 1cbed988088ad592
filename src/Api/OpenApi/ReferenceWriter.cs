using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Api.OpenApi;

/// <summary>One operation as HTML.</summary>
internal sealed class ReferenceWriter(JsonObject document)
{
    private readonly ReferenceSchema _schemas = new(document);

    public void Write(StringBuilder page, ReferenceOperation one)
    {
        var operation = one.Written;
        page.Append($"<article id=\"{Text(one.Anchor)}\"><h2><span class=\"method {one.Method}\">{one.Method}</span> <code>{Text(one.Path)}</code></h2>");
        page.Append($"<p class=\"lead\">{Text(one.Summary)}</p><p>{ReferencePages.Prose((string?)operation["description"])} Operation <code>{Text(one.Id)}</code>.</p>");
        Parameters(page, operation["parameters"] as JsonArray);
        if (operation["requestBody"] is JsonObject body)
        {
            page.Append("<h3>Body</h3>");
            Content(page, body["content"]!.AsObject());
        }

        Answers(page, operation);
        page.Append("</article>");
    }

    private void Parameters(StringBuilder page, JsonArray? parameters)
    {
        if (parameters is null)
        {
            return;
        }

        page.Append("<h3>Parameters</h3><table><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">In</th><th scope=\"col\">Type</th><th scope=\"col\">What it is</th></tr></thead><tbody>");
        foreach (var parameter in parameters.Select(parameter => _schemas.Resolve(parameter!.AsObject())))
        {
            var schema = parameter["schema"]!.AsObject();
            page.Append($"<tr><td><code>{Text((string?)parameter["name"])}</code>{(parameter["required"] is null ? "" : " <span class=\"required\">required</span>")}</td><td>{Text((string?)parameter["in"])}</td>");
            page.Append($"<td>{_schemas.TypeOf(schema)}</td><td>{ReferencePages.Prose((string?)parameter["description"])}</td></tr>");
        }

        page.Append("</tbody></table>");
    }

    private void Answers(StringBuilder page, JsonObject operation)
    {
        foreach (var (status, response) in operation["responses"]!.AsObject().Where(response => response.Key[0] == '2'))
        {
            var headers = string.Join(", ", response!["headers"]!.AsObject().Select(header => $"<code>{Text(header.Key)}</code>"));
            page.Append($"<h3>Answer {Text(status)}</h3><p>{Text((string?)response["description"])} Headers {headers}.</p>");
            if (response["content"] is JsonObject content)
            {
                Content(page, content);
            }
        }

        var problems = operation["x-problems"]!.AsArray().Select(slug => $"<code>{Text((string?)slug)}</code>");
        page.Append($"<h3>Problems</h3><p class=\"problems\">{string.Join(' ', problems)}</p>");
    }

    private void Content(StringBuilder page, JsonObject content)
    {
        page.Append($"<p class=\"media\">{string.Join(", ", content.Select(media => Text(media.Key)))}</p>");
        _schemas.Write(page, content.First().Value!["schema"]!.AsObject());
    }

    private static string Text(string? text) => ReferencePages.Text(text);
}
