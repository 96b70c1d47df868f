using System.Text.Json;

namespace Gemel.Ingest;

/// <summary>What the control names of an object say about it.</summary>
/// <param name="allowTwin">The member <c>$twin</c> may be there; it was looked at already.</param>
internal struct ObjectControls(bool allowTwin)
{
    private bool _hasTwin;
    private bool _hasTime;
    private bool _hasAtomic;
    private bool _isAtomic;
    private bool _isRefused;

    /// <summary>The object's <c>$time</c>; none where it has none.</summary>
    public Timestamp Time { get; private set; }

    /// <summary>Reads the member at <paramref name="reader"/>, whose name begins with '$', and leaves the reader at its value's end.</summary>
    public void Read(ref Utf8JsonReader reader, DecodeReport report)
    {
        ReadOnlySpan<byte> name = JsonTokens.Utf8(reader);
        reader.Read();
        if (name.SequenceEqual("$time"u8))
        {
            ReadTime(ref reader, report);
        }
        else if (name.SequenceEqual("$atomic"u8))
        {
            ReadAtomic(ref reader, report);
        }
        else if (allowTwin && name.SequenceEqual("$twin"u8))
        {
            RefuseSecond(ref _hasTwin, "$twin", report);
        }
        else
        {
            report.Reject(IngestErrors.UnknownControl.With(System.Text.Encoding.UTF8.GetString(name)));
        }
        reader.Skip();
    }

    /// <summary>The whole object is refused, with an error that says why.</summary>
    public void Refuse(GemelError error, DecodeReport report)
    {
        report.Reject(error);
        _isRefused = true;
    }

    /// <summary>Says at the object's end whether nothing of it may be taken; then the report is as if nothing was.</summary>
    /// <param name="before">The report at the object's begin.</param>
    public readonly bool Refuses(IngestOptions options, DecodeReport report, ReportMark before)
    {
        int errors = report.Rejected - before.Rejected;
        bool isWhole = _isAtomic || options.OnInvalid == InvalidValues.Object;
        if (!_isRefused && (errors == 0 || !isWhole))
        {
            return false;
        }
        report.Untake(before);
        if (!_isRefused)
        {
            report.Reject(IngestErrors.AtomicRefused.With(errors));
        }
        return true;
    }

    // A value must not slip to another time, nor part of an object be taken that may have been meant whole: what is unclear here refuses it.
    private void ReadTime(ref Utf8JsonReader reader, DecodeReport report)
    {
        RefuseSecond(ref _hasTime, "$time", report);
        if (TimeReader.TryRead(ref reader, out Timestamp time))
        {
            Time = time;
        }
        else
        {
            Refuse(TimeReader.Error(reader), report);
        }
    }

    private void ReadAtomic(ref Utf8JsonReader reader, DecodeReport report)
    {
        RefuseSecond(ref _hasAtomic, "$atomic", report);
        _isAtomic = reader.TokenType == JsonTokenType.True;
        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
        {
            Refuse(IngestErrors.InvalidAtomic.With(JsonTokens.Shown(reader)), report);
        }
    }

    private void RefuseSecond(ref bool has, string name, DecodeReport report)
    {
        if (has)
        {
            Refuse(IngestErrors.DuplicateName.With(name), report);
        }
        has = true;
    }
}
