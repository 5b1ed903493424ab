// Generated from schemas/openapi.json: npm run generate

export interface paths {
    "/api/auth/accept-invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accepts an invitation and signs in. Refused as looking at it is. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Acceptance"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SignedInBody"];
                    };
                };
                /** @description the organization is inactive */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Gone */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Too Many Requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whom a link invites, and whereto. A link that is wrong, used, withdrawn or too old is 410 `invitation_ended`. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["InviteToken"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InvitedBody"];
                    };
                };
                /** @description the organization is inactive */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Gone */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Too Many Requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Credentials"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SignedInBody"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Too Many Requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends this session. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends all sessions of this user. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is asking. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes the password, and ends all sessions of this user. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PasswordChange"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Renews a bearer token, or gives a new pair of tokens for a refresh token. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Refresh"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SignedInBody"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Registers an organization with its first admin. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Registration"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SignedInBody"];
                    };
                };
                /** @description registration is closed */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description slug or e-mail address taken */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the token counts. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Verified"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One page, newest first. A search finds by the start of a name or e-mail address, or by a phone number in any format. */
        get: {
            parameters: {
                query?: {
                    /** @description What the page before gave as `before`. */
                    before?: string;
                    /** @description How many, 1 to 200. */
                    limit?: number;
                    /** @description How many to pass over. */
                    offset?: number;
                    /** @description What to look for. */
                    search?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["contact.Page"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /** Adds one. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["customer.Form"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["contact.One"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/contacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["contact.One"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        /** Changes the fields that are named; the others stay. The same as PATCH. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["customer.Form"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["contact.One"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        post?: never;
        /** Removes one; calls and messages stay. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Changes the fields that are named; the others stay. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["customer.Form"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["contact.One"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/contacts/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures over all of them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["contact.Stats"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The organization's events: the stream that sockets get, in the same order and with the same cursors.
         * @description At most 8 requests of a session are held at a time; the oldest ends first. Services may read with a token of their
         *     own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The cursor of the last event known. Without it there are no events in the answer, but the present cursor. */
                    after?: string;
                    /** @description The most events to give, 1 to 1000. */
                    limit?: number;
                    /** @description For how many seconds to hold the request while there is nothing new, 0 to 25. */
                    wait?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EventsBody"];
                    };
                };
                /** @description also if the session ends while the request is held */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One page, newest first. A search finds by the start of a name or e-mail address, or by a phone number in any format. */
        get: {
            parameters: {
                query?: {
                    /** @description What the page before gave as `before`. */
                    before?: string;
                    /** @description How many, 1 to 200. */
                    limit?: number;
                    /** @description How many to pass over. */
                    offset?: number;
                    /** @description What to look for. */
                    search?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["lead.Page"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /** Adds one. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["customer.Form"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["lead.One"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["lead.One"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        /** Changes the fields that are named; the others stay. The same as PATCH. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["customer.Form"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["lead.One"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        post?: never;
        /** Removes one; calls and messages stay. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Changes the fields that are named; the others stay. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["customer.Form"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["lead.One"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/leads/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures over all of them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["lead.Stats"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/organizations/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's organization. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CurrentOrganization"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes the caller's organization; what is left out stays as it is. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OrganizationChange"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CurrentOrganization"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says how the caller is, once a second at most; and whether their screen would be noticed when it rings, as `presence`
         *     does on a socket, for those who ask for events. Nobody is here by this alone.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Said"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OwnStatus"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Too Many Requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/realtime/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the caller's clients should hear of events. Operators move people between the two transports while the server runs:
         *     ask again once the answer is stale (`Cache-Control`).
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RealtimeConfig"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/service-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tokens with which services read the organization's events. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ServiceTokenList"];
                    };
                };
            };
        };
        put?: never;
        /** Makes a token, told in this answer alone. It may read events, and nothing else. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewServiceToken"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CreatedServiceToken"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/service-tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a token, at once. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/team": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The active members of the team, and how they stand. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Team"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/auto-responses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is answered by itself to those who write. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AutoResponseList"];
                    };
                };
            };
        };
        put?: never;
        /** Adds an auto-response. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AutoResponseChange"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SavedAutoResponse"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/auto-responses/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes an auto-response. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AutoResponseChange"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SavedAutoResponse"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        post?: never;
        /** Removes an auto-response. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Calls, newest first. A search finds by the start of a name, or of a number in any format. */
        get: {
            parameters: {
                query?: {
                    /** @description What the page before gave as `before`. */
                    before?: string;
                    /** @description With this contact. */
                    contactId?: string;
                    /** @description `inbound` or `outbound`. */
                    direction?: string;
                    /** @description With this lead. */
                    leadId?: string;
                    /** @description How many, 1 to 200. */
                    limit?: number;
                    /** @description How many to pass over. */
                    offset?: number;
                    /** @description What to look for. */
                    search?: string;
                    /** @description `dialing`, `ringing`, `claimed`, `connected`, `forwarded`, `voicemail` or `ended`. */
                    state?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Calls"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/call/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A call. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneCall"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Writes about a call, at any time of its life and after it. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["call.Form"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneCall"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/twilio/call/{id}/hangup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a call; but if a colleague was asked in and is there, they have it from now on. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneCall"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description `wrong_state` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/call/{id}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets the customer hear music. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneCall"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description `wrong_state` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/call/{id}/listen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a supervisor take part in somebody's call; asked again, in another way. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Wish"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Listens"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description `wrong_state` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/call/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets the customer hear the agent again. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneCall"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description `wrong_state` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/call/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to a call, moment by moment. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Timeline"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/call/{id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hands a call over. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneCall"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description `wrong_state` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/call/make": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls a customer. The browser calls in with the call's id as `conference`, before or after. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description the same key of the same person is the same call; it dials again only if Twilio never had that one */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["call.Order"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Made"];
                    };
                };
                /** @description `not_configured`, or the id is another call's */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Bad Gateway */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The organization's settings at Twilio. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConfigAnswer"];
                    };
                };
            };
        };
        put?: never;
        /** Saves the organization's settings at Twilio, once they were tried there, and tells Twilio of the webhooks. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ConfigForm"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConfigAnswer"];
                    };
                };
                /** @description a number, or the messaging service, is another organization's */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description a rule is broken; or `twilio_refused`, with Twilio's code and words */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description saved, but Twilio refused the webhooks: save again */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Twilio does not answer; the message says whether it is saved */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/consent/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that was said about consent, from the first word on, for those who ask: CSV (RFC 4180) with a line for each.
         *     `what` is `stop`, `start`, `help`, or `refused` where Twilio knew of a stop that was not heard here.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/incoming-calls/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a ringing call: exactly one person gets 200. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Which"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Accepted"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description `acceptedBy` names who was first */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Gone */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/incoming-calls/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Silences a call for the caller alone. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Which"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Gone */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/incoming-calls/pending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every ringing call except those that the caller declined. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pending"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/incoming-calls/seen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The caller's screen shows a call: what `call-ack` says on a socket, for those who have none. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Which"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a file that is to be sent: the body is the file as it is. It waits a day for a message that names it; 5 MB at most if it
         *     is a JPEG, PNG or GIF, 500 kB of anything else.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description of whatever type; its bytes tell */
            requestBody?: {
                content: {
                    "application/octet-stream": unknown;
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneUpload"];
                    };
                };
                /** @description `no_room` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/media/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What hangs on a message, at an address that the message told: it works for a quarter of an hour, while whoever asked is
         *     signed in. One that Twilio was told works half a day.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description of the type that its bytes show */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": unknown;
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/numbers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The organization's numbers as callers meet them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Numbers"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/numbers/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of the organization's numbers. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description in E.164, encoded: `%2B14155550123` */
                    number: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneNumber"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        /** Decides anew about one of the organization's numbers: hours, holidays, team, greeting, phones. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description in E.164, encoded: `%2B14155550123` */
                    number: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LineChange"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneNumber"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/recordings/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A recording, at an address that a call told: it works for a quarter of an hour, while whoever asked is signed in. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "audio/mpeg": unknown;
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/sms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description Older than this message. */
                    before?: string;
                    /** @description With this contact. */
                    contactId?: string;
                    /** @description `inbound` or `outbound`. */
                    direction?: string;
                    /** @description With this lead. */
                    leadId?: string;
                    /** @description How many, 1 to 200. */
                    limit?: number;
                    /** @description How many to pass over. */
                    offset?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Messages"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/sms/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A message. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneMessage"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/sms/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls back a message that is to be sent later. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneMessage"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description `already_sent` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/sms/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to a message, moment by moment. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Timeline"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/sms/conversation/{phoneNumber}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest messages with a number, or those before one of them. With somebody to whom nothing was ever said there are none. */
        get: {
            parameters: {
                query?: {
                    /** @description Older than this one. */
                    before?: string;
                    /** @description How many, 1 to 200. */
                    limit?: number;
                };
                header?: never;
                path: {
                    phoneNumber: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ThreadBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/sms/conversation/{phoneNumber}/assignment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a conversation to somebody to look after. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    phoneNumber: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Assignment"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/sms/conversation/{phoneNumber}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Notes beside a conversation, for colleagues alone, the latest first. */
        get: {
            parameters: {
                query?: {
                    /** @description How many, 1 to 200. */
                    limit?: number;
                    /** @description How many to pass over. */
                    offset?: number;
                };
                header?: never;
                path: {
                    phoneNumber: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Notes"];
                    };
                };
            };
        };
        put?: never;
        /** Writes a note beside a conversation. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    phoneNumber: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewNote"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneNote"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/sms/conversation/{phoneNumber}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Notes that I have seen everything that came in from a number. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    phoneNumber: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/sms/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Conversations, the latest first. A search finds by the start of a name, or of a number in any format. */
        get: {
            parameters: {
                query?: {
                    /** @description That this person looks after; `me`: I. */
                    assignedTo?: string;
                    /** @description What the page before gave as `before`. */
                    before?: string;
                    /** @description How many, 1 to 200. */
                    limit?: number;
                    /** @description How many to pass over. */
                    offset?: number;
                    /** @description What to look for. */
                    search?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversations"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/sms/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a message, or will at its time. While Twilio's answer is unknown its status is `unknown`, and settled later. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description the same key of the same person is the same message */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["message.Order"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Sent"];
                    };
                };
                /** @description `opted_out`, `outside_window`, `not_configured` */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Bad Gateway */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures over calls and messages, of all times or of a period. */
        get: {
            parameters: {
                query?: {
                    /** @description From this moment or day on. */
                    from?: string;
                    /** @description Up to this moment, or the beginning of this day. */
                    to?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Figures"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Texts that are written often, by name. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Templates"];
                    };
                };
            };
        };
        put?: never;
        /** Adds one. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["template.Form"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChangedTemplate"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/templates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneTemplate"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        /** Changes one. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["template.Form"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChangedTemplate"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        post?: never;
        /** Removes one. Messages that were made of it stay. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChangedTemplate"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A token with which the caller's browser makes and takes calls at Twilio. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BrowserPhoneBody"];
                    };
                };
                /** @description `not_configured`: there are no settings, or no API key */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhook/call-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A call moved on. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description noted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description not signed by the account's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhook/conference-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Somebody entered or left a call's conference, or it is over. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description noted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description not signed by the account's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhook/queue-result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A caller left the queue. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description a TwiML document: what the caller does next */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/xml": unknown;
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description not signed by the account's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhook/recording": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A recording is there, or there was nothing to record. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description noted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description not signed by the account's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhook/screening": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Somebody picked up one of the organization's phones, or pressed a key there. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description a TwiML document: press 1, then caller and phone are connected */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/xml": unknown;
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description not signed by the account's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhook/sms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A text came in. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description an empty TwiML document */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/xml": unknown;
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description not signed by the account's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhook/sms-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A message that we sent moved on. What is told of others that go through the same messaging service is nothing to us. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description noted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description not signed by the account's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhook/transcription": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What is said in a message was written down. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description noted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description not signed by the account's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhook/voice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A call came in: it rings in the console, and the caller waits in the organization's queue. Or a browser calls in for a
         *     call, or a customer whom the organization calls picked up: they enter the call's conference.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description a TwiML document: wait in the queue, meet, or be turned away */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/xml": unknown;
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description not signed by the account's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhook/voicemail-redirect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The organization's phones have rung, or the caller left a message. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description a TwiML document: what the caller does next */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/xml": unknown;
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description not signed by the account's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhook/wait": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A caller waits in the queue, and asks what to hear. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description a TwiML document: it rings on, or the queue is left */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/xml": unknown;
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description not signed by the account's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The webhooks that came lately, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description About this call. */
                    call?: string;
                    /**
                     * @description The end of the path: `voice`, `wait`, `queue-result`, `voicemail-redirect`, `screening`, `call-status`,
                     *     `conference-status`, `recording`, `transcription`, `sms` or `sms-status`.
                     */
                    kind?: string;
                    /** @description How many, 1 to 200. */
                    limit?: number;
                    /** @description About this message. */
                    message?: string;
                    /** @description How many to pass over. */
                    offset?: number;
                    /** @description `handled`, `ignored`, `refused` or `failed`. */
                    status?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Webhooks"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/twilio/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A webhook, with what it brought and what was answered. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneWebhook"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every user of the organization, inactive and invited ones too. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Users"];
                    };
                };
            };
        };
        put?: never;
        /** Invites somebody, who is listed at once and comes in when they accept. The link counts for seven days, and once. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewInvitation"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InvitationBody"];
                    };
                };
                /** @description e-mail address taken */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes a user; role and activity act at once, on live connections too. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UserChange"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OneUser"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/users/{id}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a new link for somebody who has not accepted yet; the one before ends. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InvitationBody"];
                    };
                };
                /** @description no such user, or they are in already */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        /** Withdraws an invitation: the link ends, the user is gone, and the address is free again. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Message"];
                    };
                };
                /** @description no such user, or they are in already */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Acceptance: {
            /** @description Must be there if the invitation has none. */
            first_name?: string | null;
            /** @description Must be there if the invitation has none. */
            last_name?: string | null;
            /** @description 8 characters or more. */
            password?: string | null;
            /** @description A name of the IANA database, such as `Europe/Berlin`; the invitation's when absent. */
            timezone?: string | null;
            /** @description What stands behind `#token=` in the link. */
            token?: string | null;
        };
        Accepted: {
            /** Format: uuid */
            conferenceId: string;
            message: string;
            success: boolean;
        };
        /** @description Who is to look after a conversation. */
        Assignment: {
            /**
             * Format: uuid
             * @description A member of the team; `null`: nobody.
             * @default null
             */
            userId?: string | null;
        };
        AutoResponseBody: {
            body: string;
            created_at: string;
            /**
             * Format: uuid
             * @description Whose user made it.
             */
            created_by: string;
            /** Format: uuid */
            id: string;
            is_active: boolean;
            /** @description Of the trigger `keyword`. */
            keyword?: string | null;
            /** @description The number that was written to; `null`: any. */
            number?: string | null;
            /** @description `keyword`, `closed` or `new_lead`. */
            trigger: string;
            updated_at: string;
        };
        /** @description A rule, or what of it changes: what is left out stays as it is. */
        AutoResponseChange: {
            /** @description 1600 characters at most, with gaps such as `{{first_name}}`, `{{name}}`, `{{organization}}`. */
            body?: string | null;
            /** @description True when left out at first. */
            is_active?: boolean | null;
            /** @description In whatever case; 100 characters at most, and none of Twilio's words about consent. For the trigger `keyword` alone. */
            keyword?: string | null;
            /** @description One of the organization's numbers; `null`: any. */
            number?: string | null;
            /**
             * @description `keyword`: a text that is nothing but the keyword. `closed`: one that comes while its number is closed. `new_lead`: the
             *     first one of somebody who was not known.
             */
            trigger?: string | null;
        };
        AutoResponseList: {
            auto_responses: components["schemas"]["AutoResponseBody"][];
        };
        BrowserPhoneBody: {
            /** @description Who it is there. */
            identity: string;
            /** @description The number that the organization calls from. */
            phoneNumber: string;
            /** @description What the browser shows Twilio. */
            token: string;
        };
        /** @description What people write about a call. A field left out stays as it is, null or an empty text clears it. */
        "call.Form": {
            /** @default null */
            notes?: string | null;
            /**
             * @description What came of it, in a word.
             * @default null
             */
            outcome?: string | null;
        };
        /** @description A call to be made. Empty texts and null are as if left out. */
        "call.Order": {
            /**
             * Format: uuid
             * @description The id that the call is to have, for whoever's browser calls in before.
             * @default null
             */
            conferenceId?: string | null;
            /**
             * Format: uuid
             * @default null
             */
            contactId?: string | null;
            /**
             * Format: uuid
             * @default null
             */
            leadId?: string | null;
            /**
             * @description A phone number, in any format.
             * @default null
             */
            to?: string | null;
        };
        /** @description A call as people see it. */
        CallBody: {
            /**
             * Format: uuid
             * @description Who took it, of calls that come in.
             */
            accepted_by?: string | null;
            answered_at?: string | null;
            colleague?: components["schemas"]["ColleagueBody"] | null;
            contact_first_name?: string | null;
            /** Format: uuid */
            contact_id?: string | null;
            contact_last_name?: string | null;
            created_at: string;
            /** @description `inbound` or `outbound`. */
            direction: string;
            /**
             * Format: int32
             * @description How long the customer was on the line; of one that is, up to now.
             */
            duration_seconds: number;
            ended_at?: string | null;
            from_number: string;
            has_recording: boolean;
            /** Format: uuid */
            id: string;
            lead_first_name?: string | null;
            /** Format: uuid */
            lead_id?: string | null;
            lead_last_name?: string | null;
            notes?: string | null;
            /** @description Whether the customer hears music. */
            on_hold: boolean;
            /** Format: uuid */
            organization_id: string;
            outcome?: string | null;
            /** @description The phone that took it, or that it was handed over to. */
            phone?: string | null;
            /** @description Where what was said can be heard, for a quarter of an hour and by whoever asked. */
            recording_url?: string | null;
            started_at: string;
            /** @description `dialing`, `ringing`, `claimed`, `connected`, `forwarded`, `voicemail` or `ended`. */
            state: string;
            /**
             * Format: int32
             * @description How long somebody talked with them, up to now; while it rings for a colleague nobody does.
             */
            talk_time_seconds: number;
            to_number: string;
            /** @description Twilio's id of the customer's end; of a call that is made, not before Twilio told it. */
            twilio_call_sid?: string | null;
            /** @description Twilio's word for where the customer's end is. */
            twilio_status: string;
            updated_at: string;
            user_first_name?: string | null;
            /**
             * Format: uuid
             * @description Who has it or had it last, or makes it.
             */
            user_id?: string | null;
            user_last_name?: string | null;
            /** @description What the caller said in it. */
            voicemail_transcript?: string | null;
            /** @description Where the message that the caller left can be heard, likewise. */
            voicemail_url?: string | null;
        };
        CallFigures: {
            answered: string;
            inbound: string;
            missed: string;
            outbound: string;
            /**
             * @description What the customers' ends of those cost of which Twilio told it, in the account's currency. It tells some minutes after
             *     a call's end; what browsers' and phones' ends cost is not in it.
             */
            total_call_cost: string;
            total_calls: string;
            /** @description How long customers were on the line in all, in seconds. */
            total_duration: string;
            voicemail: string;
        };
        Calls: {
            calls: components["schemas"]["CallBody"][];
            pagination: components["schemas"]["Place"];
        };
        ChangedTemplate: {
            message: string;
            template: components["schemas"]["TemplateBody"];
        };
        /** @description How the signatures of the organization's account fared in the last seven days. */
        CheckBody: {
            /** @description What was found out about that. What says what to mend stays until one is right. */
            lastMismatch?: string | null;
            /** @description When one was wrong. */
            lastMismatchAt?: string | null;
            /** @description When one was right. */
            lastVerifiedAt?: string | null;
        };
        /** @description A colleague or a phone that was asked into a call. */
        ColleagueBody: {
            /** @description A name, or the phone's number. */
            name: string;
            /**
             * @description `coming`: they are rung; hung up now, the call is over. `in`: hung up now, it is theirs. `left`, or `missed`: they never
             *     came.
             */
            place: string;
            /** Format: uuid */
            user_id?: string | null;
        };
        ConfigAnswer: {
            config?: components["schemas"]["ConfigBody"] | null;
            configured: boolean;
        };
        /**
         * @description Secrets are never told; `has…` says whether they are there and can be opened; if not,
         *     they have to be typed again.
         */
        ConfigBody: {
            accountSid: string;
            apiKeySid?: string | null;
            /** @description Through which browsers call; made when there is an API key. */
            applicationSid?: string | null;
            hasApiKeySecret: boolean;
            hasAuthToken: boolean;
            messagingServiceSid?: string | null;
            /** @description When observing ends. */
            observeUntil?: string | null;
            /** @description The number that the organization calls and texts from. */
            phoneNumber: string;
            /** @description All of its numbers. */
            phoneNumbers: string[];
            /** @description Until when the auth token before this one counts too. */
            previousTokenUntil?: string | null;
            /** @description `enforce`, or `observe` while wrong signatures are only noted. */
            signatureMode: string;
            updatedAt: string;
            webhookCheck: components["schemas"]["CheckBody"];
            webhooks: components["schemas"]["WebhooksBody"];
        };
        ConfigForm: {
            accountSid?: string | null;
            /** @description Left out, it stays as it is, unless the key is another. */
            apiKeySecret?: string | null;
            /** @description Left out, browsers make no calls. */
            apiKeySid?: string | null;
            /** @description Left out, it stays as it is, unless the account is another. */
            authToken?: string | null;
            messagingServiceSid?: string | null;
            /** @description In any format; national ones are read in the organization's region. */
            phoneNumber?: string | null;
            /** @description The others, 100 in all at most; `phoneNumber` may be among them. */
            phoneNumbers?: string[] | null;
        };
        /** @description Whether they may be texted. */
        ConsentBody: {
            since?: string | null;
            /** @description `unsaid`, `opted_in` or `opted_out`. */
            state: string;
        };
        "contact.One": {
            contact: components["schemas"]["CustomerBody"];
        };
        "contact.Page": {
            contacts: components["schemas"]["CustomerBody"][];
            pagination: components["schemas"]["Place"];
        };
        "contact.Stats": {
            stats: components["schemas"]["ContactStatsBody"];
        };
        /** @description Somebody whose number it is. */
        ContactInfo: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description `contact` or `lead`. */
            type: string;
        };
        ContactStatsBody: {
            active_contacts: string;
            total_accounts: string;
            total_contacts: string;
            /** Format: double */
            total_revenue: number;
        };
        ConversationBody: {
            /**
             * Format: uuid
             * @description Who looks after it.
             */
            assignedTo?: string | null;
            /** Format: uuid */
            contactId?: string | null;
            contactName?: string | null;
            /** Format: int64 */
            inboundCount: number;
            /** @description `sms` or `whatsapp`. */
            lastChannel?: string | null;
            /** @description `inbound` or `outbound`. */
            lastDirection?: string | null;
            lastMessage?: string | null;
            lastMessageAt: string;
            /** @description How far the last message is. */
            lastStatus?: string | null;
            /** Format: uuid */
            leadId?: string | null;
            /** Format: int64 */
            messageCount: number;
            /** Format: int64 */
            outboundCount: number;
            /** @description Everybody whose number it is, contacts first; the first one is named above. */
            people: components["schemas"]["ContactInfo"][];
            phoneNumber: string;
            /**
             * Format: int64
             * @description How many of the inbound messages I have not seen.
             */
            unreadCount: number;
        };
        Conversations: {
            conversations: components["schemas"]["ConversationBody"][];
            pagination: components["schemas"]["Place"];
        };
        CreatedServiceToken: {
            serviceToken: components["schemas"]["ServiceTokenBody"];
            /** @description The token: told here and never again. */
            token: string;
        };
        Credentials: {
            email?: string | null;
            password?: string | null;
        };
        CurrentOrganization: {
            organization: components["schemas"]["OwnOrganizationBody"];
        };
        /** @description What a client says of a contact or lead. A field left out stays as it is, null or an empty text clears it. */
        "customer.Form": {
            /**
             * Format: uuid
             * @default null
             */
            assigned_to?: string | null;
            /** @default null */
            company?: string | null;
            /** @default null */
            email?: string | null;
            /** @default null */
            first_name?: string | null;
            /** @default null */
            last_name?: string | null;
            /** @default null */
            notes?: string | null;
            /** @default null */
            phone?: string | null;
            /**
             * @description Of a lead: `low`, `medium` or `high`.
             * @default null
             */
            priority?: string | null;
            /**
             * @description Of a lead.
             * @default null
             */
            source?: string | null;
            /** @default null */
            status?: string | null;
            /**
             * Format: double
             * @description Of a lead.
             * @default null
             */
            value?: number | null;
        };
        CustomerBody: (components["schemas"]["LeadPart"] | null) & {
            /** Format: uuid */
            assigned_to?: string | null;
            company?: string | null;
            created_at: string;
            email?: string | null;
            first_name: string;
            /** Format: uuid */
            id: string;
            last_name: string;
            name: string;
            notes?: string | null;
            phone?: string | null;
            phone_e164?: string | null;
            status: string;
            updated_at: string;
        };
        Done: {
            success: boolean;
        };
        /** @description The one shape of every error. */
        ErrorBody: {
            acceptedBy?: components["schemas"]["PersonBody"] | null;
            /** @description What happened, for programs. */
            code: string;
            /** @description Which fields break which rules. */
            details?: components["schemas"]["FieldDetail"][];
            /** @description A few words for people. */
            error: string;
            /** @description What happened, for people. */
            message: string;
            /**
             * Format: int32
             * @description Twilio's error code (`twilio_refused`); absent from a few of its answers.
             */
            twilioCode?: number | null;
            /** @description Twilio's words (`twilio_refused`). */
            twilioMessage?: string | null;
        };
        EventBody: {
            cursor: string;
            /** @description Its payload, to the letter what sockets get. */
            data: Record<string, never>;
            /** @description The event's name. */
            event: string;
        };
        /** @description A part of the stream. */
        EventsBody: {
            /** @description Where the reader now stands: `after` of its next request. */
            cursor: string;
            /** @description What follows `after`, in order and without a gap. */
            events: components["schemas"]["EventBody"][];
            /** @description Whether there is more already. */
            more: boolean;
            offers: components["schemas"]["OffersBody"];
            /** @description Whether `after` was no good: load what you show anew, and go on from `cursor`. */
            reset: boolean;
        };
        FieldDetail: {
            field: string;
            message: string;
        };
        /** @description Figures. Counts are texts. */
        Figures: {
            calls: components["schemas"]["CallFigures"];
            sms: components["schemas"]["SmsFigures"];
        };
        /** @description What a caller hears when nobody answers: one of the two. */
        GreetingBody: {
            /** @description Played; an `https://` address. */
            recordingUrl?: string | null;
            /** @description Read aloud; at most 1000 characters. */
            text?: string | null;
        };
        InvitationBody: {
            /** @description Where they choose a password: told here and never again. */
            inviteUrl: string;
            user: components["schemas"]["KnownUserBody"];
        };
        InvitedBody: {
            email: string;
            /** @description Empty if it has still to be given; so is the last name. */
            first_name: string;
            invited_until?: string | null;
            last_name: string;
            organization: components["schemas"]["InvitingOrganization"];
            role: string;
            timezone: string;
        };
        InviteToken: {
            /** @description What stands behind `#token=` in the link. */
            token?: string | null;
        };
        InvitingOrganization: {
            name: string;
        };
        /** @description A user as admins see them. */
        KnownUserBody: components["schemas"]["UserBody"] & {
            /** @description Until when they may accept their invitation; null once they did. */
            invited_until?: string | null;
        };
        "lead.One": {
            lead: components["schemas"]["CustomerBody"];
        };
        "lead.Page": {
            leads: components["schemas"]["CustomerBody"][];
            pagination: components["schemas"]["Place"];
        };
        "lead.Stats": {
            stats: components["schemas"]["LeadStatsBody"];
        };
        /** @description What a lead has and a contact has not. */
        LeadPart: {
            priority?: string | null;
            source?: string | null;
            /** Format: double */
            value?: number | null;
        };
        LeadStatsBody: {
            assigned_leads: string;
            /** Format: double */
            average_value: number;
            contacted_leads: string;
            /**
             * Format: double
             * @description Converted leads in a hundred.
             */
            conversion_rate: number;
            converted_leads: string;
            high_priority: string;
            lost_leads: string;
            new_leads: string;
            new_this_month: string;
            new_this_week: string;
            qualified_leads: string;
            total_leads: string;
            /** Format: double */
            total_value: number;
        };
        LineBody: {
            greeting: components["schemas"]["GreetingBody"];
            /** @description Days on which it is closed from midnight to midnight. */
            holidays: string[];
            /** @description `null`: always open. */
            hours?: components["schemas"]["OpeningBody"][] | null;
            /** @description Whether it is open now. */
            isOpen: boolean;
            phoneNumber: string;
            /** Format: int32 */
            phoneRingSeconds: number;
            /** @description They ring, all at once, when nobody at a screen takes the call. */
            phones: string[];
            recordCalls: boolean;
            /** Format: int32 */
            ringSeconds: number;
            /** @description Whom it rings; empty: everybody. */
            team: string[];
            voicemail: boolean;
        };
        /** @description A whole line: what is left out is as if nothing had been decided about it. */
        LineChange: {
            greeting?: components["schemas"]["GreetingBody"] | null;
            /** @description `2026-12-25`; 366 at most. */
            holidays?: string[] | null;
            /** @description 50 at most, none over another. Left out or `null`: always open; empty: never. */
            hours?: components["schemas"]["OpeningChange"][] | null;
            /**
             * Format: int64
             * @description 5 to 60; 20 when left out.
             */
            phoneRingSeconds?: number | null;
            /** @description In any format; national ones are read in the organization's region. 10 at most, and none of its own numbers. */
            phones?: string[] | null;
            /** @description False when left out. */
            recordCalls?: boolean | null;
            /**
             * Format: int64
             * @description 10 to 600; 45 when left out.
             */
            ringSeconds?: number | null;
            /** @description Ids of active users who take calls, 200 at most. Left out or empty: everybody. */
            team?: string[] | null;
            /** @description True when left out. */
            voicemail?: boolean | null;
        };
        Listens: {
            call: components["schemas"]["CallBody"];
            /**
             * Format: uuid
             * @description With this as `conference` and `participant=supervisor` the browser calls in.
             */
            conferenceId: string;
        };
        Made: {
            data: components["schemas"]["CallBody"];
            message: string;
        };
        Me: {
            organization: components["schemas"]["OrganizationBody"];
            user: components["schemas"]["UserBody"];
        };
        /** @description Something that hangs on a message. */
        MediaBody: {
            contentType?: string | null;
            /** @description Of what was uploaded here, its name among the `mediaUrls` of a message. */
            mediaUrl?: string | null;
            /** @description Why it is refused or missing. */
            reason?: string | null;
            /**
             * Format: int32
             * @description In bytes.
             */
            size?: number | null;
            /** @description `awaited`, `kept`, `refused` or `missing`. */
            state: string;
            /** @description Where it can be seen, for a quarter of an hour and by whoever asked. */
            url?: string | null;
        };
        MemberBody: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description Whether they are here and would notice that it rings. */
            reachable: boolean;
            role: string;
            /** @description What they say of themselves, `available`, `busy` or `away`; `busy` while they are on a call, `offline` while they are not here. */
            status: string;
        };
        Message: {
            message: string;
        };
        /** @description A message to be sent. Empty texts and null are as if left out. */
        "message.Order": {
            /**
             * @description 1,600 characters at most. May be left out beside media or a template.
             * @default null
             */
            body?: string | null;
            /**
             * @description `sms` or `whatsapp`, if the number does not say.
             * @default null
             */
            channel?: string | null;
            /**
             * Format: uuid
             * @default null
             */
            contactId?: string | null;
            /**
             * Format: uuid
             * @default null
             */
            leadId?: string | null;
            /**
             * @description Pictures and other files, ten at most: the `mediaUrl` of an upload, or where else Twilio fetches it.
             * @default null
             */
            mediaUrls?: string[] | null;
            /**
             * @description When to send it, if not now.
             * @default null
             */
            sendAt?: string | null;
            /**
             * Format: uuid
             * @description What the text is made of, if there is no body.
             * @default null
             */
            templateId?: string | null;
            /**
             * @description A phone number, in any format; with `whatsapp:` before it, there.
             * @default null
             */
            to?: string | null;
            /**
             * @description What stands in the template's gaps, beside `first_name`, `last_name`, `name`, `company`, `organization`, `agent_name` and
             *     `agent_first_name`.
             * @default null
             */
            variables?: {
                [key: string]: string;
            } | null;
        };
        /** @description A message as people see it. */
        MessageBody: {
            /** @description The text, exactly as sent. */
            body: string;
            /** @description `sms` or `whatsapp`. */
            channel: string;
            contact_first_name?: string | null;
            /** Format: uuid */
            contact_id?: string | null;
            contact_last_name?: string | null;
            created_at: string;
            delivered_at?: string | null;
            /** @description `inbound` or `outbound`. */
            direction: string;
            /**
             * Format: int32
             * @description Twilio's number for what went wrong.
             */
            error_code?: number | null;
            /** @description What went wrong, in words. */
            error_message?: string | null;
            from_number: string;
            /** Format: uuid */
            id: string;
            lead_first_name?: string | null;
            /** Format: uuid */
            lead_id?: string | null;
            lead_last_name?: string | null;
            /** @description What of it is kept here, or was to be. */
            media: components["schemas"]["MediaBody"][];
            /**
             * @description Where its media can be seen: what is kept here for a quarter of an hour and by whoever asked; what a message was sent with
             *     from elsewhere, there.
             */
            media_urls: string[];
            num_media: number;
            /** Format: uuid */
            organization_id: string;
            /** @description When it is to be sent, if that was said. */
            scheduled_at?: string | null;
            /** Format: int32 */
            segment_count: number;
            sent_at?: string | null;
            /** Format: uuid */
            template_id?: string | null;
            to_number: string;
            /** @description Twilio's id; of a message that is sent, not before Twilio told it. */
            twilio_sid?: string | null;
            /**
             * @description Twilio's word for how far it is; before that `scheduled`, `pending` while Twilio cannot be reached, and `unknown` while
             *     its answer is.
             */
            twilio_status: string;
            updated_at: string;
            user_first_name?: string | null;
            /**
             * Format: uuid
             * @description Who sent it; nobody, if it came in or was sent by itself.
             */
            user_id?: string | null;
            user_last_name?: string | null;
        };
        Messages: {
            messages: components["schemas"]["MessageBody"][];
            pagination: components["schemas"]["Place"];
        };
        NewAdmin: {
            email?: string | null;
            first_name?: string | null;
            last_name?: string | null;
            /** @description 8 characters or more. */
            password?: string | null;
        };
        NewInvitation: {
            email?: string | null;
            /** @description Asked for when they accept, if it is absent. */
            first_name?: string | null;
            /** @description Asked for when they accept, if it is absent. */
            last_name?: string | null;
            /** @description `viewer`, `user`, `manager` or `admin`. */
            role?: string | null;
            /** @description A name of the IANA database, such as `Europe/Berlin`; the organization's when absent. */
            timezone?: string | null;
        };
        NewNote: {
            /** @default null */
            body?: string | null;
        };
        NewOrganization: {
            domain?: string | null;
            /** @description At most 100 characters. */
            name?: string | null;
            /** @description Where phone numbers without a country's code are read: the ISO 3166 code of a country; `US` when absent. */
            region?: string | null;
            /** @description Lower-case letters, digits and dashes; made from the name when absent. */
            slug?: string | null;
            /** @description By which clocks its hours go: a name of the IANA database; `UTC` when absent. */
            timezone?: string | null;
        };
        NewServiceToken: {
            /** @description What it is for, in words for people. */
            name?: string | null;
        };
        NoteBody: {
            body: string;
            by: components["schemas"]["PersonBody"];
            created_at: string;
            /** Format: uuid */
            id: string;
        };
        Notes: {
            notes: components["schemas"]["NoteBody"][];
            pagination: components["schemas"]["Pagination"];
        };
        Numbers: {
            numbers: components["schemas"]["LineBody"][];
            /** @description Whose clocks the hours and holidays are read from. */
            timezone: string;
        };
        /** @description What rings for the reader. */
        OffersBody: {
            callSids: string[];
        };
        OneCall: {
            call: components["schemas"]["CallBody"];
        };
        OneMessage: {
            message: components["schemas"]["MessageBody"];
        };
        OneNote: {
            note: components["schemas"]["NoteBody"];
        };
        OneNumber: {
            number: components["schemas"]["LineBody"];
        };
        OneTemplate: {
            template: components["schemas"]["TemplateBody"];
        };
        OneUpload: {
            upload: components["schemas"]["UploadBody"];
        };
        OneUser: {
            user: components["schemas"]["KnownUserBody"];
        };
        OneWebhook: {
            webhook: components["schemas"]["WholeWebhookBody"];
        };
        OpeningBody: {
            /** @description `monday` to `sunday`. */
            day: string;
            /** @description `00:00` to `23:59`. */
            from: string;
            /** @description Up to `24:00`; of the next day, if it is earlier than `from`. */
            to: string;
        };
        OpeningChange: {
            /** @description `monday` to `sunday`. */
            day?: string | null;
            /** @description `00:00` to `23:59`. */
            from?: string | null;
            /** @description Up to `24:00`; of the next day, if it is earlier than `from`. */
            to?: string | null;
        };
        OrganizationBody: {
            created_at: string;
            domain?: string | null;
            /** Format: uuid */
            id: string;
            is_active: boolean;
            name: string;
            settings: unknown;
            slug: string;
            updated_at: string;
        };
        OrganizationChange: {
            /** @description At most 100 characters. */
            name?: string | null;
            /**
             * @description Where phone numbers without a country's code are read: the ISO 3166 code of a country, such as `DE`. Counts for what
             *     is typed from then on.
             */
            region?: string | null;
            /** @description A name of the IANA database, such as `Europe/Berlin`. */
            timezone?: string | null;
        };
        /** @description The organization as its own people see it. */
        OwnOrganizationBody: components["schemas"]["OrganizationBody"] & {
            /** @description Where national phone numbers are read, such as `US`. */
            region: string;
            /** @description Whose clocks opening hours are read from: a name of the IANA database, such as `Europe/Berlin`. */
            timezone: string;
        };
        OwnStatus: {
            /** @description What the caller says of themselves, here or anywhere: `available`, `busy` or `away`. */
            status: string;
        };
        /** @description Where a page stands in its list. */
        Pagination: {
            /** Format: int64 */
            limit: number;
            /** Format: int64 */
            offset: number;
            /** Format: int64 */
            total: number;
        };
        ParamBody: {
            name: string;
            value: string;
        };
        PasswordChange: {
            current_password?: string | null;
            /** @description 8 characters or more. */
            new_password?: string | null;
        };
        Pending: {
            /** @description The oldest. */
            incomingCall?: Record<string, never> | null;
            /** @description All of them, oldest first: payloads of `incoming-call`. */
            incomingCalls: Record<string, never>[];
        };
        /** @description A member of the team. */
        PersonBody: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** @description Where a page stands in its list, and where to go on. */
        Place: {
            /** @description Give this as `before`, and the next page comes as quickly as the first; `null` at the end. */
            before?: string | null;
            /** Format: int64 */
            limit: number;
            /** Format: int64 */
            offset: number;
            /** Format: int64 */
            total: number;
        };
        RealtimeConfig: {
            /**
             * Format: int32
             * @description How long to wait between two questions when polling.
             */
            pollIntervalMs: number;
            reconnect: components["schemas"]["ReconnectBody"];
            /** @description `websocket` or `polling`. */
            transport: string;
        };
        ReconnectBody: {
            /**
             * Format: int32
             * @description How long to wait before the first try; each later one waits longer.
             */
            initialDelayMs: number;
            /**
             * Format: double
             * @description By what part to draw a wait longer or shorter.
             */
            jitter: number;
            /**
             * Format: int32
             * @description The longest wait.
             */
            maxDelayMs: number;
        };
        Refresh: {
            /** @description Absent when a bearer token renews itself. */
            refresh_token?: string | null;
        };
        Registration: {
            admin?: components["schemas"]["NewAdmin"] | null;
            organization?: components["schemas"]["NewOrganization"] | null;
        };
        /** @description What the caller says of themselves and of their screen; what is left out stays as it is. */
        Said: {
            /** @description Whether this screen may make sounds. */
            audioUnlocked?: boolean | null;
            /** @description Whether it may show notifications of the system. */
            notifications?: boolean | null;
            /** @description How they are, on all of their screens: `available`, `busy` or `away`. */
            status?: string | null;
        };
        SavedAutoResponse: {
            auto_response: components["schemas"]["AutoResponseBody"];
            message: string;
        };
        Sent: {
            data: components["schemas"]["MessageBody"];
            message: string;
        };
        ServiceTokenBody: {
            created_at: string;
            /**
             * Format: uuid
             * @description Whose user made it.
             */
            created_by: string;
            /** Format: uuid */
            id: string;
            /** @description To the minute. */
            last_used_at?: string | null;
            name: string;
            /** @description What it may do: `events:read`. */
            scope: string;
        };
        ServiceTokenList: {
            serviceTokens: components["schemas"]["ServiceTokenBody"][];
        };
        SignedInBody: {
            expires_at: string;
            message: string;
            organization?: components["schemas"]["OrganizationBody"] | null;
            refresh_token?: string | null;
            token: string;
            user: components["schemas"]["UserBody"];
        };
        SmsFigures: {
            delivered: string;
            failed: string;
            received: string;
            sent: string;
            /** @description What was called back, or is to be sent later, does not count. */
            total_sms: string;
            /** @description What those cost of which Twilio told it, in the account's currency. */
            total_sms_cost: string;
        };
        StepBody: {
            at: string;
            by?: components["schemas"]["PersonBody"] | null;
            /** @description To how many screens, to whom, by which phone: for people. */
            detail?: string | null;
            /** @description What happened: `webhook`, `committed`, `emitted`, `seen`, `declined`, `accepted`, `agent-arrived`, `connected`, `ended`, … */
            step: string;
        };
        Team: {
            members: components["schemas"]["MemberBody"][];
        };
        /** @description A template as typed. A field left out stays as it is; of a new one it is empty. */
        "template.Form": {
            /**
             * @description 1,600 characters at most. `{{name}}` is a gap.
             * @default null
             */
            body?: string | null;
            /** @default null */
            category?: string | null;
            /**
             * @description `HX…`, if WhatsApp agreed to it.
             * @default null
             */
            content_sid?: string | null;
            /** @default null */
            is_active?: boolean | null;
            /**
             * @description 100 characters at most; no other template has it, in whatever case.
             * @default null
             */
            name?: string | null;
        };
        TemplateBody: {
            body: string;
            category?: string | null;
            /** @description Twilio's id of it, if WhatsApp agreed to it. */
            content_sid?: string | null;
            created_at: string;
            /** Format: uuid */
            created_by: string;
            /** Format: uuid */
            id: string;
            is_active: boolean;
            name: string;
            updated_at: string;
            /** @description The names of its gaps, in their order. */
            variables: string[];
        };
        Templates: {
            templates: components["schemas"]["TemplateBody"][];
        };
        ThreadBody: {
            /** Format: uuid */
            assignedTo?: string | null;
            consent: components["schemas"]["ConsentBody"];
            contactInfo?: components["schemas"]["ContactInfo"] | null;
            /** @description The oldest first. */
            messages: components["schemas"]["MessageBody"][];
            pagination: components["schemas"]["Place"];
            /** @description Everybody whose number it is, contacts first. */
            people: components["schemas"]["ContactInfo"][];
            phoneNumber: string;
            /** @description What is to be sent later, the soonest first. */
            scheduled: components["schemas"]["MessageBody"][];
            /** Format: int64 */
            unreadCount: number;
            /** @description Until when they may be written to freely on WhatsApp; `null` if they never wrote there. */
            whatsappUntil?: string | null;
        };
        /** @description What happened to a call or message. */
        Timeline: {
            timeline: components["schemas"]["StepBody"][];
        };
        /** @description To whom a call goes. */
        Transfer: {
            /**
             * @description `cold`: at once; `warm`: the customer is on hold until the agent hangs up.
             * @default null
             */
            kind?: string | null;
            /**
             * @description A colleague's id, or a phone number.
             * @default null
             */
            to?: string | null;
        };
        /** @description A file that was taken. */
        UploadBody: {
            /** @description What its bytes show it to be. */
            contentType: string;
            /** Format: uuid */
            id: string;
            /** @description Its name among the `mediaUrls` of a message. */
            mediaUrl: string;
            /**
             * Format: int32
             * @description In bytes.
             */
            size: number;
            /** @description Where it can be seen, for a quarter of an hour and by whoever uploaded it. */
            url: string;
        };
        UserBody: {
            created_at: string;
            email: string;
            email_verified: boolean;
            first_name: string;
            full_name: string;
            /** Format: uuid */
            id: string;
            is_active: boolean;
            last_login?: string | null;
            last_name: string;
            /** Format: uuid */
            organization_id: string;
            permissions: string[];
            role: string;
            timezone: string;
            updated_at: string;
        };
        UserChange: {
            first_name?: string | null;
            /** @description Who is invited becomes active by accepting alone; false ends their link. */
            is_active?: boolean | null;
            last_name?: string | null;
            /** @description `viewer`, `user`, `manager` or `admin`. */
            role?: string | null;
            /** @description A name of the IANA database, such as `Europe/Berlin`. */
            timezone?: string | null;
        };
        Users: {
            users: components["schemas"]["KnownUserBody"][];
        };
        Verified: {
            /** Format: uuid */
            organization_id: string;
            user: components["schemas"]["UserBody"];
            valid: boolean;
        };
        /** @description A webhook in a list. */
        WebhookBody: {
            /** @description When it came. */
            at: string;
            /**
             * Format: uuid
             * @description The call that it is about, if it is known here.
             */
            call_id?: string | null;
            /**
             * @description Why it was not simply handled, in a word: `wrong_address`, `replaced_token`, `wrong_signature`, `missing_signature`,
             *     `malformed_sid`, `nobodys_number`, `not_ours`, `put_off`.
             */
            cause?: string | null;
            /** @description Who called or wrote; empty if Twilio does not say. */
            from_number: string;
            /** Format: uuid */
            id: string;
            /** @description Whether it waited on the disk, for the database was away. */
            is_late: boolean;
            /** @description Whether Twilio had sent it before. */
            is_repeat: boolean;
            /** @description What Twilio asked or told: the end of the webhook's path. */
            kind: string;
            /**
             * Format: uuid
             * @description The message, likewise.
             */
            message_id?: string | null;
            /** @description `handled`, `ignored`, `refused` or `failed`. */
            outcome: string;
            /** @description The same for people, with what was found out. */
            reason?: string | null;
            /**
             * @description `valid`; `valid_replaced`, by the auth token before the one that counts; `observed`, wrong and let in all the same; `wrong`;
             *     `missing`.
             */
            signature: string;
            /**
             * Format: int32
             * @description The status that was answered.
             */
            status: number;
            to_number: string;
            /**
             * Format: int32
             * @description How long that took.
             */
            took_ms: number;
            twilio_call_sid?: string | null;
            twilio_message_sid?: string | null;
        };
        Webhooks: {
            pagination: components["schemas"]["Pagination"];
            webhooks: components["schemas"]["WebhookBody"][];
        };
        /** @description What Twilio is told to request. */
        WebhooksBody: {
            callStatus: string;
            messageStatus: string;
            /** @description When Twilio was told. `null`: it does not know these settings; save them again. */
            setAt?: string | null;
            sms: string;
            voice: string;
        };
        Which: {
            /** @description Twilio's id of the call. */
            callSid?: string | null;
        };
        /** @description A webhook, whole. */
        WholeWebhookBody: components["schemas"]["WebhookBody"] & {
            /** @description What was answered: TwiML, an error, or nothing. */
            answer: string;
            /** @description What it brought, cut to a length and without tokens. */
            params: components["schemas"]["ParamBody"][];
            /** @description What stood in its address. */
            query: components["schemas"]["ParamBody"][];
            /**
             * Format: uuid
             * @description The `X-Request-Id` under which the log speaks of it; `null` if it was handled later.
             */
            request_id?: string | null;
        };
        /** @description How to take part in somebody's call. */
        Wish: {
            /**
             * @description `monitor`: hears both; `whisper`: is heard by the agent alone; `barge`: is heard by both.
             * @default null
             */
            mode?: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
