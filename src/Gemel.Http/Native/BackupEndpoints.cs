using System.Buffers;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.Documentation;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Gemel.Http.Native;

/// <summary><c>/api/v1/backups</c>: the files of the instance as of one commit, for who copies them.</summary>
/// <remarks>Names of files come from the backup's own list and are only compared with it: no path is made of what was sent.</remarks>
internal sealed class BackupEndpoints(IInstance instance)
{
    private const string ListPattern = "/api/v1/backups";
    private const string OnePattern = "/api/v1/backups/{backupId}";
    private const string FilePattern = "/api/v1/backups/{backupId}/files/{name}";
    private const string Tag = "Backups";
    private const string Binary = "application/octet-stream";
    private const int CopyBytes = 256 << 10;

    private static readonly ParameterDoc BackupId = Parameters.Path("backupId", "Id of the open backup.", "b0c4d2f1e3a59687");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(ListPattern, Begin).ForAdministrators().Described(new OperationDoc("Backups_Begin", Tag, "Begins a backup: keeps all files of the instance as of the newest commit.")
        {
            Description = "Writes a checkpoint. The files stay until the backup is ended, or until nothing was asked of it for ten minutes.",
            Answers = [new(201, "The backup and its files.", "Backup", "backup")],
            Errors = [new(429, "TooManyRequests"), new(507, "InsufficientStorage")],
        });
        routes.MapGet(OnePattern, Get).ForAdministrators().Described(new OperationDoc("Backups_Get", Tag, "Lists the files of an open backup.")
        {
            Parameters = [BackupId],
            Answers = [new(200, "The backup and its files.", "Backup", "backup")],
            Errors = [new(404, "BackupNotFound")],
        });
        routes.MapGet(FilePattern, GetFile).ForAdministrators().Described(new OperationDoc("Backups_GetFile", Tag, "Reads a file of an open backup.")
        {
            Parameters = [BackupId, Parameters.Path("name", "Name of the file as the backup lists it, percent-encoded.", "journal/witness"), Parameters.Header("Range", "`bytes=N-`: from byte N on.")],
            Answers = [new(200, "The file.", "BackupContent") { ContentTypes = [Binary] }, new(206, "The rest of the file.", "BackupContent") { ContentTypes = [Binary] }],
            Errors = [new(400, "InvalidArgument"), new(404, "BackupNotFound, BackupFileNotFound")],
        });
        routes.MapDelete(OnePattern, End).ForAdministrators().Described(new OperationDoc("Backups_End", Tag, "Ends a backup: its files are kept no longer.")
        {
            Parameters = [BackupId],
            Answers = [new(204, "Ended.")],
        });
    }

    private async Task Begin(HttpContext context)
    {
        OpenBackup backup = await instance.Backups.BeginAsync(context.RequestAborted);
        context.Response.Headers.Location = $"{ListPattern}/{backup.Id}";
        await SendAsync(context, backup, StatusCodes.Status201Created);
    }

    private Task Get(HttpContext context) => SendAsync(context, instance.Backups.Get(RequestTarget.Segment(context, "backupId")), StatusCodes.Status200OK);

    private async Task GetFile(HttpContext context)
    {
        string name = RequestTarget.Segment(context, "name");
        await using BackupContent content = instance.Backups.Open(RequestTarget.Segment(context, "backupId"), name);
        long from = StartOf(context.Request, content.File.Bytes);
        HttpResponse response = context.Response;
        response.ContentType = Binary;
        response.Headers.CacheControl = "no-store";
        response.Headers.AcceptRanges = "bytes";
        response.ContentLength = content.File.Bytes - from;
        if (from > 0)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {from}-{content.File.Bytes - 1}/{content.File.Bytes}";
        }
        content.Stream.Seek(from, SeekOrigin.Begin);
        await CopyAsync(content.Stream, response.Body, content.File.Bytes - from, context.RequestAborted);
    }

    private void End(HttpContext context)
    {
        instance.Backups.End(RequestTarget.Segment(context, "backupId"));
        NoContent.Answer(context);
    }

    // Only what the client of backups needs: the rest of a file whose beginning it has. Other ranges are passed over, as RFC 9110, 14.2 allows.
    private static long StartOf(HttpRequest request, long bytes)
    {
        string? text = request.Headers.Range;
        bool isOpenEnded = RangeHeaderValue.TryParse(text, out RangeHeaderValue? range) && range.Unit == "bytes" && range.Ranges.Count == 1
            && range.Ranges.Single() is { From: not null, To: null };
        long from = isOpenEnded ? range!.Ranges.Single().From!.Value : 0;
        return from == 0 || from < bytes ? from : throw new GemelException(HttpErrors.InvalidHeader.With("Range", text, $"a range that begins before byte {bytes}"));
    }

    private static async Task CopyAsync(Stream from, Stream to, long bytes, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            for (long left = bytes; left > 0;)
            {
                int read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
                if (read == 0)
                {
                    throw new IOException($"The file ended {left} bytes early.");
                }
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Task SendAsync(HttpContext context, OpenBackup backup, int status)
    {
        Reply reply = Reply.Rent();
        Utf8JsonWriter json = reply.Json;
        json.WriteStartObject();
        json.WriteString("id"u8, backup.Id);
        json.WriteString("instance"u8, backup.Instance);
        json.WriteNumber("commit"u8, backup.Commit);
        if (!backup.Time.IsNone)
        {
            json.WriteString("time"u8, backup.Time.ToString());
        }
        json.WriteString("expires"u8, backup.Expires.ToString());
        json.WriteStartArray("files"u8);
        foreach (BackupFile file in backup.Files)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, file.Name);
            json.WriteNumber("bytes"u8, file.Bytes);
            json.WriteString("hash"u8, file.Hash);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return reply.SendAsync(context, status);
    }
}
