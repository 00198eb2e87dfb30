//! The kinds of problems that commands are answered with, beside those of every role.

use axum::http::StatusCode;
use platform::http::{Kind, Titles};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:ident, $es:literal, $en:literal;)*) => {
        $(
            $(#[$doc])*
            pub(crate) static $name: Kind = Kind {
                slug: $slug,
                status: StatusCode::$status,
                titles: Titles { es: $es, en: $en },
            };
        )*

        /// All of them, for the test that each has a page.
        #[cfg(test)]
        pub(crate) static ALL: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    /// The command itself is wrong, field by field.
    INVALID_COMMAND = "invalid-command", UNPROCESSABLE_ENTITY,
        "La solicitud tiene datos inválidos", "The command has invalid fields";
    /// The key belongs to another request.
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused", UNPROCESSABLE_ENTITY,
        "La clave de idempotencia ya se usó en otra solicitud",
        "The idempotency key was used for another request";
    /// The thing is at another version.
    PRECONDITION_FAILED = "precondition-failed", PRECONDITION_FAILED,
        "El registro cambió desde que lo leyó", "It changed since you read it";
    /// Others kept being faster.
    CONCURRENT_CHANGE = "concurrent-change", CONFLICT,
        "Otros usuarios lo están modificando", "Others are changing it at the same time";
    /// Too many wait.
    TOO_BUSY = "too-busy", SERVICE_UNAVAILABLE,
        "Hay demasiadas solicitudes en espera", "Too many requests are waiting";
    /// It is not known yet whether the command was carried out.
    OUTCOME_UNKNOWN = "outcome-unknown", SERVICE_UNAVAILABLE,
        "Aún no se sabe si la solicitud se cumplió", "It is not known yet what became of it";
    /// The log takes no more.
    LOG_FULL = "log-full", INSUFFICIENT_STORAGE,
        "El registro de eventos está lleno", "The event log is full";
    /// A history cannot be trusted.
    HISTORY_DAMAGED = "history-damaged", INTERNAL_SERVER_ERROR,
        "El historial no se puede leer", "The history cannot be read";
    /// Nothing was registered under that id.
    DOCUMENT_NOT_FOUND = "document-not-found", NOT_FOUND,
        "No existe el documento", "There is no such document";
    /// The document has no such derivation.
    DERIVATION_NOT_FOUND = "derivation-not-found", NOT_FOUND,
        "El documento no tiene esa derivación", "The document has no such derivation";
    /// Another office must act.
    NOT_OF_OFFICE = "not-of-office", FORBIDDEN,
        "Corresponde a otra oficina", "Another office must do this";
    /// Only a head may.
    NEEDS_HEAD = "needs-head", FORBIDDEN,
        "Corresponde a la jefatura", "Only a head may do this";
    /// The document does not stand where this can be done.
    WRONG_STATUS = "wrong-status", CONFLICT,
        "El estado del documento no lo permite", "The status of the document does not allow it";
    /// Opening again needs a reason.
    REASON_NEEDED = "reason-needed", CONFLICT,
        "Se requiere un motivo", "A reason is needed";
    /// A principal derivation is open.
    PRINCIPAL_OPEN = "principal-open", CONFLICT,
        "Ya hay una derivación principal abierta", "A principal derivation is open already";
    /// A derivation that must be attended is open.
    DERIVATION_OPEN = "derivation-open", CONFLICT,
        "Hay derivaciones pendientes de atención", "Derivations are still open";
    /// The derivation does not stand where this can be done.
    WRONG_DERIVATION_STATUS = "wrong-derivation-status", CONFLICT,
        "El estado de la derivación no lo permite", "The status of the derivation does not allow it";
    /// A copy is only acknowledged.
    IS_COPY = "is-copy", CONFLICT,
        "La derivación es una copia para conocimiento", "The derivation is a copy for information";
    /// Only a copy is acknowledged.
    IS_NOT_COPY = "is-not-copy", CONFLICT,
        "La derivación no es una copia", "The derivation is not a copy";
    /// Another office has custody.
    NOT_IN_CUSTODY = "not-in-custody", CONFLICT,
        "El documento está en custodia de otra oficina", "Another office has the document in custody";
    /// An office received it.
    WAS_RECEIVED = "was-received", CONFLICT,
        "El documento ya fue recibido", "The document was received already";
    /// The document has no such file.
    ATTACHMENT_NOT_FOUND = "attachment-not-found", NOT_FOUND,
        "El documento no tiene ese anexo", "The document has no such file";
    /// The document has these bytes.
    ALREADY_ATTACHED = "already-attached", CONFLICT,
        "El documento ya tiene ese mismo archivo", "The document has this very file already";
    /// The document has a main file.
    MAIN_ATTACHED = "main-attached", CONFLICT,
        "El documento ya tiene un archivo principal", "The document has a main file already";
    /// The files of the document are too many or too large.
    TOO_MANY_FILES = "too-many-files", CONFLICT,
        "El documento ya no admite más archivos", "The document takes no more files";
    /// The file is too large.
    FILE_TOO_LARGE = "file-too-large", PAYLOAD_TOO_LARGE,
        "El archivo es demasiado grande", "The file is too large";
    /// The file is not of a kind that is taken.
    FILE_TYPE_NOT_ALLOWED = "file-type-not-allowed", UNSUPPORTED_MEDIA_TYPE,
        "El tipo de archivo no es admitido", "Files of this type are not taken";
    /// It was derived and cannot be observed any more.
    WAS_DERIVED = "was-derived", CONFLICT,
        "El documento ya fue derivado", "The document was derived already";
    /// Only what was not corrected may be observed again.
    OBSERVED_ONCE = "observed-once", CONFLICT,
        "El documento ya fue observado; solo se puede reiterar lo no subsanado",
        "The document was observed before; only what was not corrected can be repeated";
    /// The days to correct it are over.
    CORRECTION_EXPIRED = "correction-expired", CONFLICT,
        "Venció el plazo para subsanar", "The days to correct it are over";
    /// The days to correct it are not over yet.
    CORRECTION_RUNNING = "correction-running", CONFLICT,
        "Aún no vence el plazo para subsanar", "The days to correct it are not over yet";
    /// Nothing is set up under that id.
    ENTRY_NOT_FOUND = "entry-not-found", NOT_FOUND,
        "No existe en el directorio", "There is no such entry in the directory";
    /// The code or login is taken.
    CODE_TAKEN = "code-taken", CONFLICT,
        "El código ya está en uso", "The code or login is taken";
    /// What has this origin is here already (I12).
    ORIGIN_KNOWN = "origin-known", CONFLICT,
        "El documento de ese origen ya ingresó", "What has this origin is here already";
    /// There is no deadline to change.
    NO_DEADLINE = "no-deadline", CONFLICT,
        "El documento no tiene plazo", "The document has no deadline";
    /// The clock of the document stands.
    CLOCK_STANDS = "clock-stands", CONFLICT,
        "El plazo del documento está suspendido", "The clock of the document stands";
    /// The clock of the document was not stopped.
    CLOCK_RUNS = "clock-runs", CONFLICT,
        "El plazo del documento está corriendo", "The clock of the document is running";
    /// The day is declared, and not so.
    DAY_DECLARED = "day-declared", CONFLICT,
        "Ese día ya está declarado de otra manera", "That day is declared otherwise";
    /// The last administrator must stay one.
    LAST_ADMINISTRATOR = "last-administrator", CONFLICT,
        "Es el último administrador", "This is the last administrator";
    /// Administration is given, and taken from, only by those who have it.
    BEYOND_OWN_PERMISSIONS = "beyond-own-permissions", FORBIDDEN,
        "Requiere permisos de administración que usted no tiene",
        "This needs permissions of administration that you do not have";
    /// A login or its password is wrong.
    WRONG_PASSWORD = "wrong-password", UNAUTHORIZED,
        "El usuario o la contraseña no es correcto", "The login or the password is wrong";
    /// The series has begun.
    SERIES_RUNNING = "series-running", CONFLICT,
        "La serie ya comenzó", "The series has begun already";
}
