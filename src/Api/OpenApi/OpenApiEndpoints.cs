using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Platform.Api.Management;

namespace Platform.Api.OpenApi;

/// <summary>Serves the description to programs and, as pages, to people. Both are open: they say what the code says, and nothing of the installation.</summary>
internal static class OpenApiEndpoints
{
    public static void MapOpenApi(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/openapi.json", Describe).IsAnonymous("openapi/get")
            .Answers<JsonElement>("Gives this description.").OrNotModified();

    public static void MapReference(this IEndpointRouteBuilder endpoints)
    {
        var pages = new ReferencePages(endpoints.ServiceProvider.GetRequiredService<ApiDescription>());
        string[] read = [HttpMethods.Get, HttpMethods.Head];
        endpoints.MapMethods("/docs", read, pages.ShowIndexAsync);
        endpoints.MapMethods("/docs/style.css", read, pages.ShowStyleAsync);
        endpoints.MapMethods("/docs/{tag}", read, pages.ShowTagAsync);
    }

    private static IResult Describe(ApiDescription description) =>
        Results.Bytes(description.Bytes, "application/json; charset=utf-8", entityTag: new EntityTagHeaderValue(EntityCondition.Tag(description.Version)));
}
